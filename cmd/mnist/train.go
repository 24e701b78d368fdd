package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nndl"
	"nndl/cmd/internal/netfile"
	"nndl/cmd/internal/page"
)

// A training is one run: the network, the digits, how the network is trained on them, and how well it did.
type training struct {
	settings
	net   *nndl.Network
	epoch int // how many whole epochs net has been trained
	sgd   *nndl.SGD
	save  string // the file to write it to, if any

	train, validation, test nndl.Digits

	last     score // of the last whole epoch
	best     score // of the best epoch by the validation digits, the first of equals
	bestTest score // of the best epoch by the test digits, the first of equals

	// The network to end with, and its score: that of the last whole epoch, or with -patience the best.
	keptNet *nndl.Network
	kept    score

	page *report // of -report, or nil

	stdout, stderr io.Writer
}

// A score is how many digits of two sets the network of an epoch reads correctly.
type score struct {
	epoch, validation, test int
}

// newTraining gets everything ready that the flags ask for, and says on stdout what it is.
func newTraining(f *flags, stdout, stderr io.Writer) (*training, error) {
	t := &training{save: f.save, stdout: stdout, stderr: stderr}
	trainedOn, err := t.start(f)
	if err != nil {
		return nil, err
	}
	source, err := t.readDigits(f)
	if err != nil {
		return nil, err
	}
	if f.save != "" || trainedOn != "" {
		f.Data = fingerprint(t.train)
	}
	if trainedOn != "" && trainedOn != f.Data {
		fmt.Fprintf(stderr, "mnist: warning: %s was trained on other data: %q; this is %q\n", f.load, trainedOn, f.Data)
	}
	if !f.suited && !f.has("lambda") {
		f.Lambda = f.pair().lambda * float64(t.train.Len())
	}
	t.settings = f.settings
	t.sgd = &nndl.SGD{
		Cost:      f.pair().cost,
		Eta:       t.Eta,
		BatchSize: t.Batch,
		Lambda:    t.Lambda,
		Seed:      t.Seed,
	}
	if err := t.sgd.Check(t.net, t.train.Len()); err != nil && (t.epoch < t.Epochs || learns(t.net)) {
		if f.load != "" && !f.has("cost") && !f.has("eta") && !f.has("lambda") && !f.has("batch") {
			return nil, fmt.Errorf("%s: %w", f.load, err)
		}
		return nil, misuse{err}
	}
	if f.save != "" {
		if err := canStore(f.save); err != nil {
			return nil, fmt.Errorf("-save: %w", err)
		}
	}
	if f.report != "" {
		if err := page.Writable(f.report); err != nil {
			return nil, fmt.Errorf("-report: %w", err)
		}
	}
	settings := t.introduce(source)
	if f.report != "" {
		t.page = newReport(f.report, settings)
	}
	return t, nil
}

// start makes the network, or loads it and takes over its settings. It returns which digits the network was trained
// on, "" if that is not known.
func (t *training) start(f *flags) (trainedOn string, err error) {
	if f.load != "" {
		var s *saved
		if t.net, s, err = load(f.load); err != nil {
			return "", err
		}
		t.epoch = s.Epoch
		if err := f.resume(s); err != nil {
			return "", err
		}
	} else {
		sizes := append([]int{nndl.Side * nndl.Side}, f.hidden...)
		t.net = nndl.New(nndl.SigmoidNeurons, append(sizes, 10)...)
		t.net.Output = f.pair().output
		if f.Init == "large" {
			t.net.InitLarge(f.Seed)
		} else {
			t.net.InitScaled(f.Seed)
		}
	}
	if !f.has("eta") && (!f.suited || f.Eta == 0) {
		f.Eta = f.pair().eta
	}
	return f.Data, nil
}

// learns reports whether all neurons of net can learn. A network of perceptrons cannot, but it can be tested.
func learns(net *nndl.Network) bool {
	_, hidden := net.Hidden.(nndl.Differentiable)
	_, output := net.Output.(nndl.Differentiable)
	return hidden && output
}

// The drawn digits that stand in for MNIST's.
const drawnTrain, drawnValidation, drawnTest = 10_000, 1_000, 2_000

// readDigits reads MNIST. If no folder was named and none of MNIST's files is in the usual one, it draws digits. It
// returns a line that says which.
func (t *training) readDigits(f *flags) (source string, err error) {
	if f.has("data") || anyOfMNIST(f.data) {
		t.train, t.validation, t.test, err = nndl.ReadMNIST(f.data)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; -download fetches MNIST into that folder", err)
		}
		return fmt.Sprintf("digits of the folder %q", f.data), err
	}
	all := nndl.DrawDigits(drawnTrain+drawnValidation+drawnTest, f.Seed)
	t.train = all.Slice(0, drawnTrain)
	t.validation = all.Slice(drawnTrain, drawnTrain+drawnValidation)
	t.test = all.Slice(drawnTrain+drawnValidation, all.Len())
	source = fmt.Sprintf("drawn digits, for there is no MNIST in the folder %q; to fetch it, add -download", f.data)
	return source, nil
}

// anyOfMNIST reports whether any of the four files is in dir, plain or .gz. If dir cannot be looked into, one may be
// there, and the answer is true.
func anyOfMNIST(dir string) bool {
	for _, file := range mnistFiles {
		for _, name := range []string{file.name, file.name + ".gz"} {
			if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
				return true
			}
		}
	}
	return false
}

// introduce says what will be trained on what, and returns what it says.
func (t *training) introduce(source string) (said string) {
	sizes := strings.Trim(strings.ReplaceAll(fmt.Sprint(t.net.Sizes), " ", "-"), "[]")
	said = fmt.Sprintf("%s\n%d to train, %d to validate, %d to test\n"+
		"network %s, %s outputs, %s weights, seed %d\ncost %s, η %v, λ %v, mini-batches of %d, up to epoch %d",
		source, t.train.Len(), t.validation.Len(), t.test.Len(),
		sizes, t.net.Output, t.Init, t.Seed, t.Cost, t.Eta, t.Lambda, t.Batch, t.Epochs)
	if t.Patience > 0 {
		said += fmt.Sprintf(", patience %d", t.Patience)
	}
	fmt.Fprintf(t.stdout, "%s\n\n", said)
	return said
}

// begin tests the network before any training.
func (t *training) begin() {
	t.best.validation, t.bestTest.test = -1, -1 // the first network examined is better
	t.examine()
	t.keep()
	if t.epoch > 0 {
		fmt.Fprintf(t.stdout, "epoch %d as loaded: test %s\n", t.epoch, share(t.last.test, t.test.Len()))
	}
	if t.epoch >= t.Epochs {
		fmt.Fprintf(t.stdout, "nothing to train up to epoch %d: the network is at epoch %d; testing only\n",
			t.Epochs, t.epoch)
		if t.page != nil {
			t.page.add(t, math.NaN())
		}
	}
}

// run trains up to the last epoch, or until -patience is at its end. After each epoch it prints a line. When ctx is
// cancelled it returns an error that wraps errStopped. In either case t.net is then the network kept, t.last its score.
func (t *training) run(ctx context.Context) error {
	t.begin()
	stored := false
	var interrupted error
	for t.epoch < t.Epochs {
		cost, seconds, err := t.trainEpoch(ctx)
		if errors.Is(err, context.Canceled) {
			interrupted = fmt.Errorf("%w in epoch %d; epoch %d is kept", errStopped, t.epoch+1, t.kept.epoch)
			break
		}
		if err != nil {
			return fmt.Errorf("epoch %d: %w; the learning rate η = %v is too large: try a smaller -eta",
				t.epoch+1, err, t.Eta)
		}
		t.epoch++
		t.examine()
		if t.page != nil {
			t.page.add(t, cost)
		}
		t.report(cost, seconds)
		if t.Patience == 0 || t.last.validation > t.kept.validation {
			t.keep()
			if err := t.store(); err != nil {
				return err
			}
			stored = true
		} else if t.epoch-t.kept.epoch >= t.Patience {
			break
		}
	}
	if t.kept.epoch < t.epoch {
		fmt.Fprintf(t.stdout, "epoch %d is kept: none of the %d since read more of the validation digits\n",
			t.kept.epoch, t.epoch-t.kept.epoch)
	}
	t.net, t.last = t.keptNet, t.kept
	// After Ctrl-C before anything was learnt, a file that is there already stays as it is.
	if !stored && (interrupted == nil || !exists(t.save)) {
		if err := t.store(); err != nil {
			return err
		}
	}
	return interrupted
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// keep makes the network as it is the one to end with.
func (t *training) keep() {
	t.keptNet, t.kept = t.net.Clone(), t.last
}

// trainEpoch is nndl's SGD.Epoch with a progress bar and a way out.
func (t *training) trainEpoch(ctx context.Context) (cost, seconds float64, err error) {
	n := t.train.Len()
	bar := newBar(t.stderr, fmt.Sprintf("epoch %d/%d", t.epoch+1, t.Epochs), int64(n))
	defer bar.end()
	start := time.Now()
	order := t.sgd.Order(n, t.epoch+1)
	var data nndl.Data = t.train // an interface once, not for every step
	for done := 0; done < n; {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		m := min(t.Batch, n-done)
		sum, err := t.sgd.Step(t.net, data, order[done:done+m])
		if err != nil {
			return 0, 0, err
		}
		cost += sum
		done += m
		bar.set(int64(done))
	}
	return cost / float64(n), time.Since(start).Seconds(), t.net.Check()
}

// examine tests the network as it is, and notes whether it is the best so far.
func (t *training) examine() {
	t.last = score{
		epoch:      t.epoch,
		validation: nndl.Correct(t.net, t.validation),
		test:       nndl.Correct(t.net, t.test),
	}
	if t.last.validation > t.best.validation {
		t.best = t.last
	}
	if t.last.test > t.bestTest.test {
		t.bestTest = t.last
	}
}

// report prints the line of an epoch.
func (t *training) report(cost, seconds float64) {
	n := t.test.Len()
	figure := fmt.Sprintf("%.4f", cost)
	if cost >= 1e6 {
		figure = fmt.Sprintf("%.4g", cost)
	}
	fmt.Fprintf(t.stdout, "epoch %*d/%d  cost %s  validation %5.2f%%  test %*d/%d (%5.2f%%)  %.2f s\n",
		len(fmt.Sprint(t.Epochs)), t.epoch, t.Epochs, figure, percent(t.last.validation, t.validation.Len()),
		len(fmt.Sprint(n)), t.last.test, n, percent(t.last.test, n), seconds)
}

// sumUp prints and returns the last lines of a run: its best epochs, and how well the network kept does.
func (t *training) sumUp() (said string) {
	n := t.test.Len()
	said = fmt.Sprintf("best by the validation digits: epoch %d, %s; test %s\n"+
		"best by the test digits, as the book quotes: epoch %d, %s\ntest accuracy: %s\n",
		t.best.epoch, share(t.best.validation, t.validation.Len()), share(t.best.test, n),
		t.bestTest.epoch, share(t.bestTest.test, n), share(t.last.test, n))
	fmt.Fprint(t.stdout, said)
	return said
}

// store writes the network kept to the file of -save, if there is one.
func (t *training) store() error {
	if t.save == "" {
		return nil
	}
	s, err := netfile.From(t.keptNet, t.sgd.Cost)
	if err != nil {
		return err
	}
	t.settings.Epochs = max(t.Epochs, t.kept.epoch) // -epochs 0 only tests: it must not lower the epochs saved
	settings, err := json.Marshal(t.settings)
	if err != nil {
		return err
	}
	if err := store(t.save, saved{s, t.kept.epoch, settings}); err != nil {
		return fmt.Errorf("-save: %w", err)
	}
	return nil
}
