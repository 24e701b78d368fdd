package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"nndl"
	"nndl/cmd/internal/netfile"
)

// A question is what a page asks: the whole drawing, what to show of it, and perhaps something to do first. The drawing
// is nowhere else, so pages cannot disturb each other's.
type question struct {
	Key     string       // names the network of the page: a long random text
	Strokes [][]*float64 // the drawing: for each stroke x, y, x, y and so on; no number may be null
	Test    int          // or instead the number of a test digit; -1 for none

	C           float64 // show the network with every weight and bias times c, from 0.1 to 100; 1 if not given
	Perceptrons bool    // or as what c → ∞ leads to
	Shares      bool    // show the softmax of the outputs ...
	Softmax     float64 // ... with this c, from 0 to 100; 1 if not given
	Output      int     // show what speaks for this output; -1 for the answer
	Neuron      int     // look into this neuron of the first layer; -1 for none
	Full        bool    // show also the weights, which training alone changes

	Do string // what to do first, one of doing, ...
	N  int    // ... and how many digits to train, or which digit to teach or to find
}

// doing has what can be done, and the largest N for it.
var doing = map[string]float64{
	"": 0, "begin": 0, "train": 1000, "teach": 9, "forget": 0, "sample": 9, "misread": 0, "export": 0,
}

// An answer is all that a page shows. Shades are what the function of that name returns.
type answer struct {
	Pixels   []byte   // the digit as the network sees it
	Test     int      // its number among the test digits, or -1, ...
	Label    int      // ... and what it is, if it is one
	Thought  *thought // nil for an empty sheet
	Curve    []float64
	Sizes    []int // of the layers
	Training int   // digits to train with, ...
	Tests    int   // ... and to test with, ...
	Undrawn  int   // ... and how many of all these are still to be drawn
	Progress progress
	Tiles    [][]byte // shades of the weights of each neuron of the first layer, if asked for in full
	Lesson   *lesson  // what teaching did
	File     []byte   // the export, the text of a file
}

// A thought is what a network makes of a digit.
type thought struct {
	Z        []float64 // z of the first layer, for c = 1
	A        []float64 // its activations
	Outputs  []float64 // what the bars show
	Answer   int       // the largest output, the first one ...
	Tie      bool      // ... if several are
	Bits     []float64 // the answer of the binary layer to the outputs
	Holds    bool      // whether they are as exercise 1.3 assumes
	Choice   int       // the output that is explained by ...
	Map      []byte    // ... the shades of ∂z/∂x for every pixel; nil if there is no derivative
	Neuron   int       // the neuron looked into, or -1, ...
	Products []byte    // ... the shades of its w·x for every pixel, ...
	Out      []float64 // ... and its weights to the outputs, if it has any
}

// parse reads a question.
func parse(body []byte) (*question, error) {
	q := &question{Test: -1, C: 1, Softmax: 1, Output: -1, Neuron: -1}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(q); err != nil {
		return nil, fmt.Errorf("not a question in JSON: %w", err)
	}
	if end := d.InputOffset(); len(bytes.Trim(body[end:], " \t\r\n")) > 0 {
		return nil, fmt.Errorf("%d bytes of JSON; the question ends before byte %d", len(body), end)
	}
	return q, q.check()
}

// check returns an error if something in q makes no sense, whatever the network is.
func (q *question) check() (err error) {
	most, ok := doing[q.Do]
	if !ok {
		return fmt.Errorf("nothing is called %q that can be done", q.Do)
	}
	for i, stroke := range q.Strokes {
		if len(stroke)%2 != 0 {
			return fmt.Errorf("stroke %d has %d numbers; expected pairs of x and y", i, len(stroke))
		}
		if slices.ContainsFunc(stroke, func(x *float64) bool { return x == nil || math.Abs(*x) > 1e6 }) {
			return fmt.Errorf("stroke %d has a number that is null or beyond ±1e6", i)
		}
	}
	bound := func(what string, is, lo, hi float64) {
		if is < lo || is > hi {
			err = fmt.Errorf("%s: %v; expected %v to %v", what, is, lo, hi)
		}
	}
	bound("n", float64(q.N), 0, most)
	bound("output", float64(q.Output), -1, 9)
	bound("c of the softmax", q.Softmax, 0, 100)
	bound("c", q.C, 0.1, 100)
	bound("points", float64(len(slices.Concat(q.Strokes...))/2), 0, 10_000)
	bound("length of the key", float64(len(q.Key)), 16, 64)
	return err
}

// tabs are the networks of all pages. Each has a lock; the digits are read by all.
type tabs struct {
	first  *progress // what every page begins with
	digits *digits
	room   int // for so many networks, which take 1 GB at most

	mu   sync.Mutex
	open []*tab // the one that has asked last first
}

// A tab is what belongs to one page.
type tab struct {
	key string
	mu  sync.Mutex
	*progress
	before *progress // the first lesson, if there was one
}

var errGone = errors.New("the network of this page made way for others; a new one begins")

// ask answers a question, both in JSON, with a status of HTTP. If that is not 200, the answer says why.
func (t *tabs) ask(body []byte) (status int, text []byte) {
	a, err := t.answer(body)
	if err == nil {
		if text, err = json.Marshal(a); err == nil {
			return 200, text
		}
		err = fmt.Errorf("a network with such weights cannot be shown: %w", err) // it leads to infinity or NaN
	}
	status = 400
	if err == errGone {
		status = 410
	}
	text, _ = json.Marshal(map[string]any{"Error": err.Error(), "Status": status}) // both have a form in JSON
	return status, text
}

// find returns the tab of the page that asks. To begin, it makes one.
func (t *tabs) find(q *question) (*tab, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q.Do == "begin" {
		t.open = slices.Insert(t.open, 0, &tab{key: q.Key, progress: t.first.clone()})
	}
	asks := func(tab *tab) bool { return tab.key == q.Key }
	i := slices.IndexFunc(t.open, asks)
	if i == -1 {
		return nil, errGone
	}
	found := t.open[i]
	t.open = slices.Insert(slices.DeleteFunc(t.open, asks), 0, found)
	t.open = slices.Delete(t.open, min(t.room, len(t.open)), len(t.open))
	return found, nil
}

// answer does what a question asks for and returns what the page then shows.
func (t *tabs) answer(body []byte) (*answer, error) {
	q, err := parse(body)
	if err != nil {
		return nil, err
	}
	tab, err := t.find(q)
	if err != nil {
		return nil, err
	}
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tests, sizes := t.digits.test(), tab.net.Sizes
	if q.Test < -1 || q.Test >= tests.Len() || q.Neuron < -1 || q.Neuron >= sizes[1] {
		return nil, fmt.Errorf("test digit %d of %d, neuron %d of %d", q.Test, tests.Len(), q.Neuron, sizes[1])
	}
	a := new(answer)
	if err := tab.do(q, t.digits, a); err != nil {
		return nil, err
	}
	digit := q.digit(tests)
	a.Pixels, a.Test, a.Label = digit.Pixels, q.Test, int(digit.Labels[0])
	scaled := q.scaled(tab.net)
	if slices.Max(digit.Pixels) > 0 {
		a.Thought = think(q, tab.net, scaled, digit)
	}
	a.Curve, a.Sizes, a.Progress = curve(scaled.Hidden, q.C), sizes, *tab.progress
	a.Training, a.Tests, a.Undrawn = t.digits.Training, t.digits.Tests, t.digits.undrawn()
	for j := 0; q.Full && j < sizes[1]; j++ {
		a.Tiles = append(a.Tiles, shades(tab.net.Weights[1][j]))
	}
	return a, nil
}

// digit returns the digit that q shows: a test digit, or the drawing, inked.
func (q *question) digit(tests nndl.Digits) nndl.Digits {
	if q.Test != -1 {
		return tests.Slice(q.Test, q.Test+1)
	}
	strokes := make([][]nndl.Point, len(q.Strokes))
	for i, s := range q.Strokes {
		for ; len(s) > 0; s = s[2:] {
			strokes[i] = append(strokes[i], nndl.Point{X: *s[0], Y: *s[1]})
		}
	}
	return nndl.Digits{Pixels: nndl.Ink(strokes), Labels: []byte{0}}
}

// do does what q asks for. What it leads to goes into a, and the number of a digit that is found into q.
func (t *tab) do(q *question, d *digits, a *answer) (err error) {
	switch q.Do {
	case "train":
		if d.undrawn() == 0 {
			return t.train(d, q.N)
		}
		d.draw()
	case "teach":
		digit := q.digit(d.test())
		if slices.Max(digit.Pixels) == 0 {
			return errors.New("the sheet is empty: draw a digit first")
		}
		if t.Lessons == 0 {
			t.before = t.clone()
		}
		a.Lesson, err = t.teach(nndl.Digits{Pixels: digit.Pixels, Labels: []byte{byte(q.N)}}, d.test())
	case "forget":
		if t.Lessons > 0 {
			t.progress = t.before
		}
	case "sample", "misread":
		net, tests := q.scaled(t.net), d.test()
		for range tests.Len() {
			q.Test = (q.Test + 1) % tests.Len() // after the last comes the first
			digit := q.digit(tests)
			if q.Do == "sample" && int(digit.Labels[0]) == q.N || q.Do == "misread" && nndl.Correct(net, digit) == 0 {
				return nil
			}
		}
		return fmt.Errorf("there is none among %d test digits", tests.Len())
	case "export":
		var s netfile.Saved
		if s, err = netfile.From(t.net, t.sgd.Cost); err == nil {
			a.File, err = json.Marshal(saved{s, t.Epoch})
		}
	}
	return err
}
