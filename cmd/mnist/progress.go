package main

// A progress bar for work that lasts: training, and the download. It lives on one line of a terminal, which "\r" goes
// back to the beginning of and "\x1b[K" erases to its end. In a file or a pipe those would be litter, so there the bar
// draws nothing.

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	barCells    = 20                     // at most
	barInterval = 100 * time.Millisecond // the eye follows no faster, and drawing costs more than a mini-batch
	longestLeft = 100 * time.Hour        // a longer guess tells nobody anything, and would not fit into the line
)

// A bar shows how far some work has come and how long the rest will take, should it go on as fast as it went so far.
type bar struct {
	w     io.Writer
	label string
	total int64 // what set(done) counts up to; unknown if ≤ 0
	width int   // how many characters the line may have
	now   func() time.Time
	start time.Time

	mu    sync.Mutex
	on    bool
	drawn time.Time // when the bar was last drawn; zero before
}

// newBar returns a bar on w for work that starts now. It draws nothing unless w is a terminal. Of the label, the first
// 30 characters are shown. If total is unknown (≤ 0), the bar shows the amount done and no time left. Its methods may
// be called from several goroutines.
func newBar(w io.Writer, label string, total int64) *bar {
	b := &bar{w: w, label: label, total: total, width: lineWidth(), on: isTerminal(w), now: time.Now}
	b.start = b.now()
	return b
}

// lineWidth returns how many characters fit into a line of the terminal. The last column stays empty, because many
// terminals go on to the next line once it is full. Unless the environment says how many columns there are, they are
// taken to be few.
func lineWidth() int {
	columns, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil || columns < 1 {
		columns = 40
	}
	return columns - 1
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
	b.mu.Lock()
	defer b.mu.Unlock()
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

// end erases the bar, so that a line of output can take its place. Whatever is set later is not drawn.
func (b *bar) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.on = false
	if !b.drawn.IsZero() {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}

// line returns the text of the bar when done took as long as elapsed. Where there is little room, the bar is short or
// left out, then the label is cut.
func (b *bar) line(done int64, elapsed time.Duration) string {
	if b.total <= 0 {
		return fmt.Sprintf("%.*s", b.width, fmt.Sprintf("%.30s %d", b.label, done))
	}
	part := float64(min(max(done, 0), b.total)) / float64(b.total)
	figures := fmt.Sprintf("%3d%%", int(part*100))
	// While part = 0 this is +Inf or NaN. Neither is less than anything finite, so there is no guess to show.
	left := float64(elapsed) * (1 - part) / part
	if left < float64(longestLeft) {
		figures += fmt.Sprintf(" %v left", time.Duration(left).Round(time.Second))
	}
	line := fmt.Sprintf("%.*s ", max(0, min(30, b.width-len(figures)-1)), b.label)
	// As a rule the bar keeps its length when the time left has another.
	room := b.width - utf8.RuneCountInString(line) - max(len(figures), len("100% 59m59s left"))
	if cells := min(barCells, room-len("[] ")); cells > 0 {
		full := int(part * float64(cells))
		line += fmt.Sprintf("[%s%s] ", strings.Repeat("#", full), strings.Repeat(".", cells-full))
	}
	return fmt.Sprintf("%.*s", b.width, line+figures)
}
