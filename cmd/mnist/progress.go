package main

// A progress bar for work that lasts: training, and the download. It lives on one line of a terminal, which "\r" goes
// back to the beginning of and "\x1b[K" erases to its end. In a file or a pipe those would be litter, so there the bar
// draws nothing.

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const (
	barCells    = 20
	barInterval = 100 * time.Millisecond // the eye follows no faster, and drawing costs more than a mini-batch
	longestLeft = 100 * time.Hour        // a longer guess tells nobody anything, and would not fit into the line
)

// A bar shows how far some work has come and how long the rest will take, should it go on as fast as it went so far.
type bar struct {
	w     io.Writer
	label string
	total int64 // what set(done) counts up to; unknown if ≤ 0
	on    bool
	now   func() time.Time
	start time.Time
	drawn time.Time // when the bar was last drawn; zero while its line is empty
}

// newBar returns a bar on w for work that starts now. It draws nothing unless w is a terminal. Of the label, the first
// 30 characters are shown. If total is unknown (≤ 0), the bar shows the amount done and no time left.
func newBar(w io.Writer, label string, total int64) *bar {
	return &bar{w: w, label: label, total: total, on: isTerminal(w), now: time.Now, start: time.Now()}
}

// isTerminal reports whether w is a terminal, or at least a character device as terminals are.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// set shows that done of total is done, unless the bar was drawn less than a tenth of a second ago.
func (b *bar) set(done int64) {
	if !b.on {
		return
	}
	now := b.now()
	if now.Sub(b.drawn) < barInterval {
		return
	}
	b.drawn = now
	fmt.Fprintf(b.w, "\r%s\x1b[K", b.line(done, now.Sub(b.start)))
}

// clear erases the bar, so that a line of output can take its place. The next set draws it again.
func (b *bar) clear() {
	if b.drawn.IsZero() {
		return
	}
	b.drawn = time.Time{}
	fmt.Fprint(b.w, "\r\x1b[K")
}

// line returns the text of the bar, fewer than 79 characters, when done took as long as elapsed.
func (b *bar) line(done int64, elapsed time.Duration) string {
	if b.total <= 0 {
		return fmt.Sprintf("%.30s %d", b.label, done)
	}
	part := float64(min(max(done, 0), b.total)) / float64(b.total)
	full := int(part * barCells)
	line := fmt.Sprintf("%.30s [%s%s] %3d%%", b.label,
		strings.Repeat("#", full), strings.Repeat(".", barCells-full), int(part*100))

	// While part = 0 this is +Inf or NaN. Neither is less than anything finite, so there is no guess to show.
	left := float64(elapsed) * (1 - part) / part
	if left < float64(longestLeft) {
		line += fmt.Sprintf(" %v left", time.Duration(left).Round(time.Second))
	}
	return line
}
