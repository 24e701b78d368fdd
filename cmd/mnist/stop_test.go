package main

import (
	"context"
	"errors"
	"io"
	"math"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"nndl"
)

// Stuck neurons answer so many times, then never again.
type stuck struct {
	nndl.Differentiable
	left  *atomic.Int64
	onset func() // called when they begin to be stuck
}

func stuckAfter(answers int64, onset func()) stuck {
	s := stuck{nndl.SigmoidNeurons, new(atomic.Int64), onset}
	s.left.Store(answers)
	return s
}

func (s stuck) Activate(a, z []float64) {
	left := s.left.Add(-1)
	if left == -1 {
		s.onset()
	}
	if left < 0 {
		select {}
	}
	s.Differentiable.Activate(a, z)
}

// start returns a training that is about to begin.
func start(t *testing.T, args ...string) *training {
	t.Helper()
	f, err := parse(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	run, err := newTraining(f)
	if err != nil {
		t.Fatal(err)
	}
	run.stdout, run.stderr = io.Discard, io.Discard
	return run
}

// Networks and mini-batches can be so large that a test or a step takes minutes. Here both take for ever.
func TestCtrlCIsHeededWhileTheNetworkIsBusy(t *testing.T) {
	data := tinyMNIST(t, 1)
	for _, test := range []struct {
		name    string
		answers int64 // before the network is stuck
		says    string
	}{
		{"in the test of the network as it was loaded", 0, "stopped by Ctrl-C"},
		{"in the midst of that test", 40, "stopped by Ctrl-C"},
		{"in the first mini-batch", 60, "stopped by Ctrl-C in epoch 1; epoch 0 is kept"},
		{"in the last mini-batch", 159, "stopped by Ctrl-C in epoch 1; epoch 0 is kept"},
		{"in the test after an epoch", 160, "stopped by Ctrl-C in epoch 1; epoch 0 is kept"},
		{"while -report measures the training digits", 220, "stopped by Ctrl-C in epoch 1; epoch 0 is kept"},
		{"while -report measures the test digits", 439, "stopped by Ctrl-C in epoch 1; epoch 0 is kept"},
		{"in the second epoch", 440, "stopped by Ctrl-C in epoch 2; epoch 1 is kept"},
		{"while mistakes are looked for", 820, "stopped by Ctrl-C"},
		{"while it is asked why it does not learn", 900, "stopped by Ctrl-C"},
		{"while the page of -report is made", 1500, "stopped by Ctrl-C"},
	} {
		t.Run(test.name, func(t *testing.T) {
			run := start(t, "-data", data, "-epochs", "2")
			ctx, cancel := context.WithCancel(context.Background())
			run.net.Hidden = stuckAfter(test.answers, cancel)
			run.page = newReport(filepath.Join(t.TempDir(), "page"), "")
			err := run.begin(ctx)
			if err == nil {
				err = run.run(ctx)
			}
			if err == nil {
				err = run.look(ctx, 1, true)
			}
			if err == nil {
				_, err = run.diagnose(ctx)
			}
			if err == nil {
				err = run.page.write(ctx, run.net, run.test, "")
			}
			if !errors.Is(err, errStopped) || err.Error() != test.says {
				t.Errorf("ends with %v; want %s", err, test.says)
			}
		})
	}
}

// After Ctrl-C there is no waiting for what -show, -bits and -report want. What there is to say is said.
func TestAStoppedRunEndsThoughItsNetworkIsStuck(t *testing.T) {
	run := start(t, "-data", tinyMNIST(t, 1))
	if err := run.begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	run.net.Hidden = stuckAfter(0, func() {})
	dir := t.TempDir()
	run.page = newReport(filepath.Join(dir, "page"), "")
	var out strings.Builder
	run.stdout = &out
	err := run.end(context.Background(), &flags{show: 1, bits: true}, errStopped)
	if !errors.Is(err, errStopped) || err.Error() != "stopped by Ctrl-C; -report: stopped by Ctrl-C" {
		t.Errorf("error %v", err)
	}
	if !strings.HasPrefix(out.String(), "best by the validation digits: epoch 0, ") {
		t.Errorf("prints %q", out.String())
	}
	wantFolder(t, dir, nil)
}

func TestCtrlCWhileSavingKeepsTheOlderFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net")
	writeFile(t, path, []byte("old"))
	ctx, cancel := context.WithCancel(context.Background())
	err := store(ctx, path, func() (saved, error) { cancel(); select {} })
	if !errors.Is(err, errStopped) {
		t.Errorf("error %v", err)
	}
	wantFolder(t, filepath.Dir(path), map[string][]byte{"net": []byte("old")})
}

// Neurons without a name cannot be saved: that takes for ever.
type nameless struct {
	nndl.Differentiable
	asked func()
}

func (n nameless) String() string { n.asked(); select {} }

func TestCtrlCWhileAnEpochIsSavedKeepsTheOneBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net")
	ctx, cancel := context.WithCancel(context.Background())
	run := start(t, "-data", tinyMNIST(t, 1), "-save", path)
	run.net.Hidden = nameless{nndl.SigmoidNeurons, cancel}
	if err := run.begin(ctx); err != nil {
		t.Fatal(err)
	}
	if err := run.run(ctx); err == nil || err.Error() != "stopped by Ctrl-C in epoch 1; epoch 0 is kept" {
		t.Errorf("error %v", err)
	}
	if run.kept.epoch != 0 || run.net != run.keptNet {
		t.Errorf("epoch %d is kept", run.kept.epoch)
	}
	wantFolder(t, filepath.Dir(path), nil)
}

func TestCtrlCWhileLoading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net")
	writeFile(t, path, []byte(strings.Repeat("[", 9999)+strings.Repeat("0,", 5_000_000))) // takes longer than Ctrl-C
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	status, _, stderr := mnistUntil(ctx, "-load", path, "-save", filepath.Join(t.TempDir(), "copy"))
	if status != 130 || stderr != "mnist: stopped by Ctrl-C\n" {
		t.Errorf("exit status %d, %q", status, stderr)
	}
}

// What the estimate refuses depends on how SGD keeps a mini-batch.
func TestTheMemoryOfAMiniBatchIsAsEstimated(t *testing.T) {
	const m = 300
	for _, sizes := range [][]int{{784, 30, 10}, {784, 300, 10}} {
		net := nndl.New(nndl.SigmoidNeurons, sizes...)
		net.InitScaled(1)
		digits := nndl.DrawDigits(m, 1)
		order := new(nndl.SGD).Order(m, 1)
		used := math.Inf(1)
		for range 3 { // something else may be allocated at the same time
			sgd := nndl.SGD{Cost: nndl.CrossEntropy, Eta: 1, BatchSize: m}
			used = min(used, allocated(func() { sgd.Step(net, digits, order) }))
		}
		if estimate := batchMemory(sizes, m); used < 0.95*estimate || used > 1.1*estimate {
			t.Errorf("%v: a mini-batch of %d takes %.1f MB; the estimate is %.1f", sizes, m, used/1e6, estimate/1e6)
		}
	}
}
