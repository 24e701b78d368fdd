package main

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// barForTest returns a bar that draws into the buffer as if that were a terminal of 80 columns, and a function that
// lets time pass.
func barForTest(label string, total int64) (b *bar, out *bytes.Buffer, wait func(time.Duration)) {
	out = new(bytes.Buffer)
	b = newBar(out, label, total)
	b.on, b.width = true, 79
	now := b.start
	b.now = func() time.Time { return now }
	return b, out, func(d time.Duration) { now = now.Add(d) }
}

func TestBarShowsProgressAndTimeLeft(t *testing.T) {
	for _, row := range []struct {
		claim       string
		total, done int64
		elapsed     time.Duration
		want        string
	}{
		{"a quarter done in 10 s leaves 30 s", 200, 50, 10 * time.Second,
			"epoch 3 [#####...............]  25% 30s left"},
		{"half done in an hour leaves an hour", 2, 1, time.Hour, "epoch 3 [##########..........]  50% 1h0m0s left"},
		{"all done leaves nothing", 7, 7, time.Second, "epoch 3 [####################] 100% 0s left"},
		{"more than all counts as all", 7, 8, time.Second, "epoch 3 [####################] 100% 0s left"},
		{"less than nothing counts as nothing", 7, -1, time.Second, "epoch 3 [....................]   0%"},
		{"nearly all is not yet 100%", 1000, 999, time.Second, "epoch 3 [###################.]  99% 0s left"},
		{"nothing done tells nothing about the time", 7, 0, time.Second, "epoch 3 [....................]   0%"},
		{"nothing done in no time tells nothing either", 7, 0, 0, "epoch 3 [....................]   0%"},
		{"a guess of centuries is not shown", 1e12, 1, time.Second, "epoch 3 [....................]   0%"},
		{"an unknown total shows the amount only", 0, 1234, time.Second, "epoch 3 1234"},
		{"a total below 0, as of a Content-Length, is unknown", -1, 1234, time.Second, "epoch 3 1234"},
	} {
		t.Run(row.claim, func(t *testing.T) {
			b, out, wait := barForTest("epoch 3", row.total)
			wait(row.elapsed)
			b.set(row.done)
			if want := "\r" + row.want + "\x1b[K"; out.String() != want {
				t.Errorf("set(%d) of %d after %v drew %q, want %q", row.done, row.total, row.elapsed, out, want)
			}
		})
	}
}

func TestBarFitsItsLine(t *testing.T) {
	for width := range 80 {
		for _, total := range []int64{0, math.MaxInt64} {
			for _, done := range []int64{0, math.MaxInt64 / 2, math.MaxInt64} {
				for _, elapsed := range []time.Duration{time.Second, longestLeft - time.Second} {
					for _, label := range []string{"", "epoch 3", strings.Repeat("é", 200)} {
						b, _, _ := barForTest(label, total)
						b.width = width
						line := b.line(done, elapsed)
						if n := utf8.RuneCountInString(line); n > width {
							t.Errorf("%q has %d columns; %d are free", line, n, width)
						}
					}
				}
			}
		}
	}
}

func TestBarIsAsLongAsTheTerminalLetsIt(t *testing.T) {
	for _, row := range []struct {
		columns, label, want string
	}{
		{"", "epoch 3/10", "epoch 3/10 [####.....]  50% 30s left"},
		{"", "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte.g  50% 30s left"},
		{"none", "epoch 3/10", "epoch 3/10 [####.....]  50% 30s left"},
		{"-80", "epoch 3/10", "epoch 3/10 [####.....]  50% 30s left"},
		{"1000", "epoch 3/10", "epoch 3/10 [##########..........]  50% 30s left"},
		{"51", "epoch 3/10", "epoch 3/10 [##########..........]  50% 30s left"},
		{"50", "epoch 3/10", "epoch 3/10 [#########..........]  50% 30s left"},
		{"32", "epoch 3/10", "epoch 3/10 [.]  50% 30s left"},
		{"31", "epoch 3/10", "epoch 3/10  50% 30s left"},
		{"16", "epoch 3/10", "e  50% 30s left"},
		{"6", "epoch 3/10", "  50%"},
		{"1", "epoch 3/10", ""},
	} {
		t.Setenv("COLUMNS", row.columns)
		b := newBar(io.Discard, row.label, 100)
		if line := b.line(50, 30*time.Second); line != row.want {
			t.Errorf("COLUMNS=%s: %q; want %q", row.columns, line, row.want)
		}
	}
}

func TestBarIsDrawnTenTimesASecondHoweverOftenItIsSet(t *testing.T) {
	b, out, wait := barForTest("epoch", 1000)
	for done := range int64(1000) {
		b.set(done)
		wait(time.Millisecond)
	}
	if n := strings.Count(out.String(), "\r"); n != 10 {
		t.Errorf("1000 calls of set within a second drew %d times, want 10", n)
	}
}

func TestABarThatHasEndedLeavesItsLineEmptyForGood(t *testing.T) {
	b, out, _ := barForTest("epoch", 0)
	b.end()
	if out.Len() > 0 {
		t.Errorf("end before the first set wrote %q, want nothing", out)
	}
	b, out, wait := barForTest("epoch", 0)
	b.set(1)
	b.end()
	wait(time.Hour)
	b.set(2)
	if want := "\repoch 1\x1b[K" + "\r\x1b[K"; out.String() != want {
		t.Errorf("set(1), end, set(2) wrote %q, want %q", out, want)
	}
}

func TestBarIsOffUnlessOnATerminal(t *testing.T) {
	var out bytes.Buffer
	b := newBar(&out, "epoch", 10)
	b.set(5)
	b.end()
	if out.Len() > 0 {
		t.Errorf("the bar wrote %q into a buffer, want nothing", &out)
	}
}

func TestIsTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	// The null device stands in for a terminal: a character device, too, and found on every machine.
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()

	for _, row := range []struct {
		what string
		w    io.Writer
		want bool
	}{
		{"a writer that is no file", new(bytes.Buffer), false},
		{"an ordinary file", file, false},
		{"no file at all", (*os.File)(nil), false},
		{"a character device", null, true},
	} {
		if got := isTerminal(row.w); got != row.want {
			t.Errorf("isTerminal of %s = %v, want %v", row.what, got, row.want)
		}
	}
}
