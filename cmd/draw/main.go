//go:build !js

// Command draw shows a page to draw a digit on, and all that a network makes of it: the pixels it sees, its neurons,
// its answer, and why. The network learns while one watches, and can be taught.
//
//	go run ./cmd/draw                  serves it on http://localhost:8421
//	go run ./cmd/draw -o draw.html     writes it as one file, with the package inside as WebAssembly
//	go run ./cmd/draw -h
//
// Everything goes through one function, tabs.ask: a question in JSON in, an answer in JSON out. The server and the
// WebAssembly are two ways to it. All that the page shows is computed there, by package nndl; its JavaScript draws and
// asks.
//
// Every page has a network of its own, named by a random key that it makes and sends with each question. The drawing is
// in the question and nowhere else, so no page disturbs another. Questions to one network wait for each other. There is
// room for 64 networks. The one that was not used for longest makes way; its page is told so, and begins again.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"

	"nndl"
	"nndl/cmd/internal/gotool"
	"nndl/cmd/internal/netfile"
	"nndl/cmd/internal/wholefile"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run does the job and returns the exit status: 0, also after Ctrl-C, which is how to end the server; 1 if something
// went wrong; 2 if the flags make no sense; 130 after Ctrl-C before a file was written.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stdout)
	status := 2
	if err == nil {
		err, status = f.job(ctx, stdout), 1
	}
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp) || errors.Is(err, http.ErrServerClosed):
		return 0
	case ctx.Err() != nil:
		err, status = errors.New("stopped by Ctrl-C"), 130
	}
	fmt.Fprintf(stderr, "draw: %v\n", err)
	return status
}

// flags is what the command line says.
type flags struct {
	addr, out, data, load string
	hidden                []int
	given                 map[string]bool // the flags that the command line has
}

// parseFlags reads the command line.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	fs := flag.NewFlagSet("draw", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed by run, in one line
	f := &flags{hidden: []int{30}, given: map[string]bool{}}
	fs.StringVar(&f.addr, "addr", "127.0.0.1:8421", "`address` to serve the page on. Example: -addr 0.0.0.0:8421, for "+
		"all who can\nreach this computer")
	fs.StringVar(&f.out, "o", "", "write the page, with all it needs, to this `file` instead. Example: -o draw.html")
	fs.StringVar(&f.data, "data", "", "`folder` with the four files of MNIST, plain or .gz, to learn from instead of "+
		"drawn\ndigits. Example: -data ~/mnist")
	fs.StringVar(&f.load, "load", "", "start from the network in this `file`, from the page or cmd/mnist.\n"+
		"Example: -load net.json")
	fs.Func("hidden", "`sizes` of the hidden layers, comma-separated, empty for none (default 30).\n"+
		"Example: -hidden 100,30, or -hidden \"\"", func(text string) error {
		f.hidden = nil
		err := json.Unmarshal([]byte("["+text+"]"), &f.hidden)
		if err != nil || slices.ContainsFunc(f.hidden, func(n int) bool { return n < 1 || n > maxHidden }) {
			return errors.New("expected whole numbers from 1 to 1000, as in 100,30")
		}
		return nil
	})
	err := fs.Parse(args)
	fs.Visit(func(g *flag.Flag) { f.given[g.Name] = true })
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "Show a page to draw digits on, for a network to read. The flags:")
		fs.SetOutput(stdout)
		fs.PrintDefaults()
	case err != nil:
		err = fmt.Errorf("%w; -h lists the flags", err)
	case fs.NArg() > 0:
		err = fmt.Errorf("%q is not a flag; -h lists the flags", fs.Arg(0))
	case f.given["o"] && f.given["addr"]:
		err = errors.New("-o writes a file and -addr serves the page; expected one of them")
	case f.addr == "":
		err = errors.New("-addr without an address")
	case f.given["load"] && f.given["hidden"]:
		err = fmt.Errorf("-hidden is for a new network; that of -load %s has its layers", f.load)
	}
	return f, err
}

// job serves the page, or writes it.
func (f *flags) job(ctx context.Context, stdout io.Writer) (err error) {
	s := &start{Hidden: f.hidden, Digits: &digits{Tests: drawnTests, Training: drawnTraining}}
	if f.given["load"] {
		s.Loaded = new(saved)
		if err := netfile.Read(f.load, 40_000_000, s.Loaded); err != nil { // a page takes 1,000 hidden neurons
			return err
		}
	}
	if f.given["data"] {
		if err := wholefile.Folder(f.data); err != nil {
			return fmt.Errorf("-data: %w", err)
		}
		train, _, test, err := nndl.ReadMNIST(f.data)
		if err != nil {
			return err
		}
		s.Digits = &digits{Tests: test.Len(), Training: train.Len()}
		s.Digits.Pixels = slices.Concat(test.Pixels, train.Pixels)
		s.Digits.Labels = slices.Concat(test.Labels, train.Labels)
	}
	t, err := newTabs(s)
	if err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(f.load, "-hidden"), err)
	}
	if f.given["o"] {
		return writeOneFile(ctx, f.out, s, stdout)
	}
	for s.Digits.undrawn() > 0 {
		s.Digits.draw()
	}
	return serve(ctx, f.addr, t, stdout)
}

// writeOneFile writes the page to path with its style, its script, and what the script then looks for in it: the
// elements worker, start, digits and wasm, which is this command as WebAssembly.
func writeOneFile(ctx context.Context, path string, s *start, stdout io.Writer) error {
	if err := wholefile.Writable(path); err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	program, glue, licence, errBuild := gotool.Wasm(ctx, "nndl/cmd/draw")
	begin, errBegin := json.Marshal(s)
	if errBuild != nil && strings.Contains(errBuild.Error(), "nndl/cmd/draw is not in std") {
		errBuild = errors.New("the page is built from the source of nndl, which is not here; run this in its folder")
	}
	if err := cmp.Or(errBuild, errBegin); err != nil {
		return fmt.Errorf("-o %s: %w", path, err)
	}
	along := slices.Concat(s.Digits.Labels, s.Digits.Pixels)
	file := func(name string) string {
		text, _ := files.ReadFile(name) // it is embedded
		return string(text)
	}
	element := func(id, text string) string {
		return "<script type=\"text/plain\" id=\"" + id + "\">" + text + "</script>\n"
	}
	whole := strings.NewReplacer(
		`<link rel="stylesheet" href="page.css">`, "<style>\n"+file("page.css")+"</style>",
		`<script src="page.js" defer></script>`, "",
		"</body>", "<template>This page has parts of Go inside, under this licence:\n\n"+
			html.EscapeString(string(licence))+"</template>\n"+element("worker", string(glue)+file("worker.js"))+
			element("start", pack(begin))+element("digits", pack(along))+element("wasm", pack(program))+
			"<script>\n"+file("page.js")+"</script>\n</body>",
	).Replace(file("index.html"))
	if err := wholefile.Write(path, []byte(whole)); err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	_, err := fmt.Fprintf(stdout, "%s: %.2f MB, to be opened in a browser\n", path, float64(len(whole))/1e6)
	return err
}

// pack returns data compressed, in letters.
func pack(data []byte) string {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // there is this level, and b takes everything
	z.Write(data)
	z.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
