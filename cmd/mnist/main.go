// Command mnist trains a network to read handwritten digits and tests it. The digits are those of MNIST where it is at
// hand, else digits that package nndl draws.
//
//	go run ./cmd/mnist
//	go run ./cmd/mnist -download -hidden 100 -epochs 60 -eta 0.1
//	go run ./cmd/mnist -h
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"nndl/cmd/internal/wholefile"
)

func main() {
	// The digits are most of the heap and stay to the end. Usually the heap may double before garbage is collected.
	// Here it may grow by a fifth.
	debug.SetGCPercent(20)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// A misuse is an error in how the command was called.
type misuse struct{ error }

func misused(format string, args ...any) error {
	return misuse{fmt.Errorf(format, args...)}
}

// errStopped is wrapped by the error of a run that the user ended by Ctrl-C: no failure.
var errStopped = errors.New("stopped by Ctrl-C")

// heed returns what f returns, or errStopped as soon as ctx is cancelled. Then f goes on by itself while the command
// comes to its end. So f prints nothing, and changes nothing that others use.
func heed[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type outcome struct {
		result T
		err    error
	}
	ended := make(chan outcome, 1)
	go func() {
		result, err := f()
		ended <- outcome{result, err}
	}()
	select {
	case <-ctx.Done():
		return outcome{}.result, errStopped
	case o := <-ended:
		return o.result, o.err
	}
}

// An output is a writer that remembers what went wrong, such as a full disk. Nobody would see it otherwise.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	o.err = cmp.Or(o.err, err)
	return n, err
}

// run does the job and returns the exit status: 0, or 1 if something went wrong, 2 if the flags make no sense, 130
// after Ctrl-C.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out := &output{Writer: stdout}
	err := job(ctx, args, out, stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		err = out.err
	}
	if err == nil {
		return 0
	}
	if errors.Is(err, context.Canceled) {
		err = errStopped
	}
	fmt.Fprintf(stderr, "mnist: %s\n", printable(err.Error()))
	if errors.As(err, &misuse{}) {
		return 2
	}
	if errors.Is(err, errStopped) {
		return 130
	}
	return 1
}

// printable returns text as one line that does nothing to a terminal but show characters.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}

// job runs the command from its flags to its last line of output.
func job(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, err := parse(args, stdout)
	if err != nil {
		return err
	}
	if err := wholefile.Folder(f.data); err != nil {
		return fmt.Errorf("-data: %w", err)
	}
	if f.download {
		if err := download(ctx, f.data, mirrors, stderr); err != nil {
			return err
		}
	}
	for _, file := range []struct{ flag, path string }{{"-save", f.save}, {"-report", f.report}} {
		if file.path != "" {
			if err := wholefile.Writable(file.path); err != nil { // before hours are spent on training
				return fmt.Errorf("%s: %w", file.flag, err)
			}
		}
	}
	t, err := heed(ctx, func() (*training, error) { return newTraining(f) })
	if err != nil {
		return err
	}
	t.stdout, t.stderr = stdout, stderr
	settings := t.introduce()
	if f.report != "" {
		t.page = newReport(f.report, settings)
	}
	if err := t.begin(ctx); err != nil {
		return err
	}
	ended := t.run(ctx)
	if ended != nil && !errors.Is(ended, errStopped) {
		return ended
	}
	return t.end(ctx, f, ended)
}

// end prints and writes what is wanted after a run, however it ended: after Ctrl-C as much as half a second is enough
// for. It returns why the run or anything here ended early.
func (t *training) end(ctx context.Context, f *flags, ended error) error {
	if ended != nil {
		more, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second/2)
		defer cancel()
		ctx = more
	}
	ended = cmp.Or(ended, t.look(ctx, f.show, f.bits))
	result := t.sumUp()
	found, err := t.diagnose(ctx)
	ended = cmp.Or(ended, err)
	if found != nil {
		fmt.Fprint(t.stdout, found)
		result += found.String()
	}
	if t.page == nil {
		return ended
	}
	t.page.found = found
	err = t.page.write(ctx, t.net, t.test, result)
	if err != nil {
		err = fmt.Errorf("-report: %w", err)
	}
	if err != nil && ended != nil {
		return fmt.Errorf("%w; %w", ended, err)
	}
	return cmp.Or(ended, err)
}

// share writes a part of a whole as in "9562/10000 (95.62%)".
func share(part, whole int) string {
	return fmt.Sprintf("%d/%d (%.2f%%)", part, whole, percent(part, whole))
}

func percent(part, whole int) float64 {
	return 100 * float64(part) / float64(whole)
}
