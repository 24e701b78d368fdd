package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"
	"time"

	"nndl"
	"nndl/cmd/internal/diagnose"
	"nndl/cmd/internal/netfile"
	"nndl/cmd/internal/wholefile"
)

// A training is one run: the network, the digits, how the network is trained on them, and how well it did.
type training struct {
	settings
	net   *nndl.Network
	epoch int // how many whole epochs net has been trained
	sgd   *nndl.SGD

	save   string // the file to write it to, if any
	stored bool   // whether that has been done

	train, validation, test nndl.Digits

	best     score // of the best epoch by the validation digits, the first of equals
	bestTest score // of the best epoch by the test digits, the first of equals

	// The network to end with, and its score: that of the last whole epoch, or with -patience the best.
	keptNet *nndl.Network
	kept    score

	first, last *nndl.Network // the network before this run, and after the epochs that it trained
	epochs      int           // how many those are

	source, warning string // which digits these are, and what is odd about them

	page *report // of -report, or nil

	stdout, stderr io.Writer
}

// A score is how many digits of two sets the network of an epoch reads correctly.
type score struct {
	epoch, validation, test int
}

// newTraining gets everything ready that the flags ask for, except where it prints.
func newTraining(f *flags) (*training, error) {
	t := &training{save: f.save}
	trainedOn, err := t.start(f)
	if err != nil {
		return nil, err
	}
	if err := t.readDigits(f); err != nil {
		return nil, err
	}
	if f.save != "" || trainedOn != "" {
		f.Data = fingerprint(t.train)
	}
	if trainedOn != "" && trainedOn != f.Data {
		t.warning = fmt.Sprintf("warning: %s was trained on other data: %q; this is %q", f.load, trainedOn, f.Data)
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
	if err := t.check(); err != nil && (t.epoch < t.Epochs || learns(t.net)) {
		if f.load != "" && !f.has("cost") && !f.has("eta") && !f.has("lambda") && !f.has("batch") {
			return nil, fmt.Errorf("%s: %w", f.load, err)
		}
		return nil, misuse{err}
	}
	return t, nil
}

// maxMemory bounds what a mini-batch takes, in bytes. Computers of 32 bits have less of it.
const maxMemory = min(4e9, math.MaxInt/2)

// check says why the settings cannot train the network on these digits.
func (t *training) check() error {
	if err := t.sgd.Check(t.net, t.train.Len()); err != nil {
		return err
	}
	m := min(t.Batch, t.train.Len())
	if bytes := batchMemory(t.net.Sizes, m); bytes > maxMemory {
		return fmt.Errorf("mini-batches of %d digits would take %.1f GB of memory in this network; "+
			"the limit is %.1f GB", m, bytes/1e9, maxMemory/1e9)
	}
	return nil
}

// batchMemory returns about how many bytes SGD needs for a mini-batch of m digits. For each digit and neuron it keeps
// z, a, δ, and k and a_k if a_k ≠ 0.
func batchMemory(sizes []int, m int) float64 {
	bytes := 0.0
	for _, n := range sizes {
		bytes += float64(m) * float64(n) * (4*8 + 4)
	}
	return bytes
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

// learns reports whether net can learn with some settings. A network of perceptrons cannot, but it can be tested.
func learns(net *nndl.Network) bool {
	some := nndl.SGD{Cost: nndl.Quadratic, Eta: 1, BatchSize: 1} // this cost fits all outputs
	return some.Check(net, 1) == nil
}

// The drawn digits that stand in for MNIST's.
const drawnTrain, drawnValidation, drawnTest = 10_000, 1_000, 2_000

// readDigits reads MNIST. If no folder was named and none of MNIST's files is in the usual one, it draws digits.
func (t *training) readDigits(f *flags) error {
	there, err := anyOfMNIST(f.data)
	if err != nil {
		return err
	}
	if f.has("data") || there {
		t.source = fmt.Sprintf("digits of the folder %q", f.data)
		t.train, t.validation, t.test, err = nndl.ReadMNIST(f.data)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; -download fetches MNIST into that folder", err)
		}
		return err
	}
	all := nndl.DrawDigits(drawnTrain+drawnValidation+drawnTest, f.Seed)
	t.train = all.Slice(0, drawnTrain)
	t.validation = all.Slice(drawnTrain, drawnTrain+drawnValidation)
	t.test = all.Slice(drawnTrain+drawnValidation, all.Len())
	t.source = fmt.Sprintf("drawn digits, for there is no MNIST in the folder %q; to fetch it, add -download", f.data)
	return nil
}

// anyOfMNIST reports whether any of the four files is in dir. The error says that something else has the name of one,
// or that dir cannot be looked into.
func anyOfMNIST(dir string) (there bool, err error) {
	for _, file := range mnistFiles {
		var odd error
		for _, path := range file.paths(dir) {
			_, err := wholefile.Stat(path)
			if err == nil {
				there, odd = true, nil
				break
			}
			if odd == nil && !errors.Is(err, fs.ErrNotExist) {
				odd = err
			}
		}
		if odd != nil {
			return false, odd
		}
	}
	return there, nil
}

// introduce says what will be trained on what, and returns what it says.
func (t *training) introduce() (said string) {
	if t.warning != "" {
		fmt.Fprintf(t.stderr, "mnist: %s\n", printable(t.warning))
	}
	sizes := strings.Trim(strings.ReplaceAll(fmt.Sprint(t.net.Sizes), " ", "-"), "[]")
	said = fmt.Sprintf("%s\n%d to train, %d to validate, %d to test\n"+
		"network %s, %s outputs, %s weights, seed %d\ncost %s, η %v, λ %v, mini-batches of %d, up to epoch %d",
		t.source, t.train.Len(), t.validation.Len(), t.test.Len(),
		sizes, t.net.Output, t.Init, t.Seed, t.Cost, t.Eta, t.Lambda, t.Batch, t.Epochs)
	if t.Patience > 0 {
		said += fmt.Sprintf(", patience %d", t.Patience)
	}
	fmt.Fprintf(t.stdout, "%s\n\n", said)
	return said
}

// begin tests the network before any training.
func (t *training) begin(ctx context.Context) error {
	t.best.validation, t.bestTest.test = -1, -1 // the first network examined is better
	now, err := t.examine(ctx, t.epoch)
	if err != nil {
		return err
	}
	t.keep(now)
	t.first, t.last = t.keptNet, t.keptNet
	if t.epoch > 0 {
		fmt.Fprintf(t.stdout, "epoch %d as loaded: test %s\n", t.epoch, share(now.test, t.test.Len()))
	}
	if t.epoch >= t.Epochs {
		fmt.Fprintf(t.stdout, "nothing to train up to epoch %d: the network is at epoch %d; testing only\n",
			t.Epochs, t.epoch)
		return t.page.add(ctx, t, t.epoch, math.NaN())
	}
	return nil
}

// run trains up to the last epoch, or until -patience is at its end. When ctx is cancelled it returns an error that
// wraps errStopped. In either case t.net is then the network kept.
func (t *training) run(ctx context.Context) error {
	began := t.epoch
	for t.epoch < t.Epochs && (t.Patience == 0 || t.epoch-t.kept.epoch < t.Patience) {
		err := t.trainEpoch(ctx)
		if errors.Is(err, errStopped) {
			t.net = t.keptNet
			t.last, t.epochs = t.keptNet, t.kept.epoch-began
			return fmt.Errorf("%w in epoch %d; epoch %d is kept", errStopped, t.epoch+1, t.kept.epoch)
		}
		if err != nil {
			return err
		}
	}
	if t.kept.epoch < t.epoch {
		fmt.Fprintf(t.stdout, "epoch %d is kept: none of the %d since read more of the validation digits\n",
			t.kept.epoch, t.epoch-t.kept.epoch)
	}
	t.last, t.epochs = t.net, t.epoch-began
	t.net = t.keptNet
	if t.stored {
		return nil
	}
	return t.store(ctx, t.kept)
}

// keep makes the network as it is the one to end with.
func (t *training) keep(now score) {
	t.keptNet, t.kept = t.net.Clone(), now
}

// trainEpoch trains an epoch, tests the network and saves it if it is to be kept. If any of that fails, the epoch does
// not count. Then trainEpoch prints a line.
func (t *training) trainEpoch(ctx context.Context) error {
	cost, seconds, err := t.learn(ctx)
	if err != nil {
		return err
	}
	now, err := t.examine(ctx, t.epoch+1)
	if err != nil {
		return err
	}
	if err := t.page.add(ctx, t, t.epoch+1, cost); err != nil {
		return err
	}
	if t.Patience == 0 || now.validation > t.kept.validation {
		if err := t.store(ctx, now); err != nil {
			return err
		}
		t.keep(now)
	}
	t.epoch++
	if err := t.report(now, cost, seconds); err != nil {
		// Nobody reads on, so there is no point in going on. If Ctrl-C has ended the reader, it is about to get here.
		_, err = heed(ctx, func() (any, error) { time.Sleep(time.Second / 10); return nil, err })
		return err
	}
	return nil
}

// learn is nndl's SGD.Epoch with a progress bar and a way out, also out of a mini-batch that lasts.
func (t *training) learn(ctx context.Context) (cost, seconds float64, err error) {
	n, net, sgd := t.train.Len(), t.net, t.sgd
	bar := newBar(t.stderr, fmt.Sprintf("epoch %d/%d", t.epoch+1, t.Epochs), int64(n))
	defer bar.end()
	start := time.Now()
	order := sgd.Order(n, t.epoch+1)
	var data nndl.Data = t.train // an interface once, not for every step
	cost, err = heed(ctx, func() (cost float64, err error) {
		for done := 0; done < n; {
			if ctx.Err() != nil {
				return 0, errStopped
			}
			m := min(sgd.BatchSize, n-done)
			sum, err := sgd.Step(net, data, order[done:done+m])
			if err != nil {
				return 0, err
			}
			cost += sum
			done += m
			bar.set(int64(done))
		}
		return cost / float64(n), net.Check()
	})
	if err != nil && !errors.Is(err, errStopped) {
		err = fmt.Errorf("epoch %d: %w; the learning rate η = %v is too large: try a smaller -eta",
			t.epoch+1, err, t.Eta)
	}
	return cost, time.Since(start).Seconds(), err
}

// examine tests the network as it is after the given epoch, and notes whether it is the best so far.
func (t *training) examine(ctx context.Context, epoch int) (score, error) {
	net := t.net
	now, err := heed(ctx, func() (score, error) {
		return score{epoch, nndl.Correct(net, t.validation), nndl.Correct(net, t.test)}, nil
	})
	if err != nil {
		return now, err
	}
	if now.validation > t.best.validation {
		t.best = now
	}
	if now.test > t.bestTest.test {
		t.bestTest = now
	}
	return now, nil
}

// report prints the line of an epoch.
func (t *training) report(now score, cost, seconds float64) error {
	n := t.test.Len()
	figure := fmt.Sprintf("%.4f", cost)
	if cost >= 1e6 {
		figure = fmt.Sprintf("%.4g", cost)
	}
	_, err := fmt.Fprintf(t.stdout, "epoch %*d/%d  cost %s  validation %5.2f%%  test %*d/%d (%5.2f%%)  %.2f s\n",
		len(fmt.Sprint(t.Epochs)), t.epoch, t.Epochs, figure, percent(now.validation, t.validation.Len()),
		len(fmt.Sprint(n)), now.test, n, percent(now.test, n), seconds)
	return err
}

// look prints what -show and -bits ask for.
func (t *training) look(ctx context.Context, n int, bits bool) error {
	text, err := heed(ctx, func() (string, error) {
		var b strings.Builder
		if n > 0 {
			show(&b, t.net, t.test, n)
		}
		if bits {
			spell(&b, t.net, t.test)
		}
		return b.String(), nil
	})
	fmt.Fprint(t.stdout, text)
	return err
}

// sumUp prints and returns the last lines of a run: its best epochs, and how well the network kept does.
func (t *training) sumUp() (said string) {
	n := t.test.Len()
	said = fmt.Sprintf("best by the validation digits: epoch %d, %s; test %s\n"+
		"best by the test digits, as the book quotes: epoch %d, %s\ntest accuracy: %s\n",
		t.best.epoch, share(t.best.validation, t.validation.Len()), share(t.best.test, n),
		t.bestTest.epoch, share(t.bestTest.test, n), share(t.kept.test, n))
	fmt.Fprint(t.stdout, said)
	return said
}

// diagnose measures the network before and after this run, if it reads little or the page is to show it. It returns nil
// if there is nothing to measure.
func (t *training) diagnose(ctx context.Context) (*diagnose.Run, error) {
	little := float64(t.kept.test) < diagnose.Enough*float64(t.test.Len())
	if !learns(t.net) || t.page == nil && !little {
		return nil, nil
	}
	return heed(ctx, func() (*diagnose.Run, error) {
		steps := t.epochs * ((t.train.Len() + t.Batch - 1) / t.Batch)
		return diagnose.New(t.sgd, t.train, 200, steps, t.first, t.last)
	})
}

// store writes the network as it is to the file of -save, if there is one.
func (t *training) store(ctx context.Context, now score) error {
	if t.save == "" {
		return nil
	}
	t.settings.Epochs = max(t.Epochs, now.epoch) // -epochs 0 only tests: it must not lower the epochs saved
	net, cost, settings := t.net, t.sgd.Cost, t.settings
	err := store(ctx, t.save, func() (saved, error) {
		s, err := netfile.From(net, cost)
		if err != nil {
			return saved{}, err
		}
		text, err := json.Marshal(settings)
		return saved{s, now.epoch, text}, err
	})
	if err != nil {
		return fmt.Errorf("-save: %w", err)
	}
	t.stored = true
	return nil
}
