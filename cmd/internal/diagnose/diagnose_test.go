package diagnose

import (
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nndl"
)

// A training is a row of the tables: a network and how it is trained.
type training struct {
	name        string
	hidden      []int
	cost        nndl.Cost
	eta, lambda float64 // λ for each training digit
	weights     string  // scaled, large, or what scaled ones are multiplied by
	digits      int
	epochs      int
	cause       string // how the cause begins
	momentum    float64
	loaded      bool // begin with a network that has learnt
}

// start returns the network before the training.
func (row training) start(t *testing.T) *nndl.Network {
	net := nndl.New(nndl.SigmoidNeurons, slices.Concat([]int{nndl.Side * nndl.Side}, row.hidden, []int{10})...)
	if row.cost == nndl.LogLikelihood {
		net.Output = nndl.SoftmaxLayer
	}
	net.InitScaled(1)
	if factor, err := strconv.ParseFloat(row.weights, 64); err == nil {
		net.Scale(factor)
	} else if row.weights == "large" {
		net.InitLarge(1)
	}
	if row.loaded {
		eta := 0.25
		if row.cost == nndl.Quadratic {
			eta = 3
		}
		training{cost: row.cost, eta: eta, digits: 1000, epochs: 5}.train(t, net)
	}
	return net
}

var drawn = nndl.DrawDigits(1000, 1)

// train trains net.
func (row training) train(t *testing.T, net *nndl.Network) *nndl.SGD {
	t.Helper()
	sgd := &nndl.SGD{Cost: row.cost, Eta: row.eta, BatchSize: 10, Lambda: row.lambda * float64(row.digits), Seed: 1,
		Momentum: row.momentum}
	for epoch := range row.epochs {
		if _, err := sgd.Epoch(net, drawn.Slice(0, row.digits), epoch+1); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
	}
	return sgd
}

// run returns what is measured of the training.
func (row training) run(t *testing.T) *Run {
	t.Helper()
	first := row.start(t)
	last := first.Clone()
	sgd := row.train(t, last)
	run, err := New(sgd, drawn.Slice(0, row.digits), 60, row.epochs*((row.digits+9)/10), first, last)
	if err != nil {
		t.Fatalf("%s: %v", row.name, err)
	}
	return run
}

const large, small, layers, weights, pulls = "η = _ is too large", "η = _ is too small", "it has too many layers",
	"its weights were too large from the start", "λ = _ pulls everything to _"

var six = []int{30, 30, 30, 30, 30, 30}

var sick = []training{
	{"η too large", []int{30}, nndl.CrossEntropy, 100, 1e-4, "scaled", 1000, 2, large, 0, false},
	{"without a hidden layer", nil, nndl.Quadratic, 30, 0, "scaled", 1000, 2, large, 0, false},
	{"softmax outputs", []int{30}, nndl.LogLikelihood, 30, 0, "scaled", 1000, 2, large, 0, false},
	{"quadratic", []int{30}, nndl.Quadratic, 100, 0, "scaled", 1000, 2, large, 0, false},
	{"quadratic, large weights", []int{60, 30}, nndl.Quadratic, 30, 0, "large", 1000, 4, large, 0, false},
	{"quadratic, η = 3, 200 neurons", []int{200}, nndl.Quadratic, 3, 0, "scaled", 1000, 1, large, 0, false},
	{"large weights", []int{30}, nndl.CrossEntropy, 10, 1e-4, "large", 1000, 3, large, 0, false},
	{"after it had learnt", []int{30}, nndl.CrossEntropy, 100, 0, "scaled", 1000, 2, large, 0, true},
	{"quadratic, after it had learnt", []int{30}, nndl.Quadratic, 1000, 0, "scaled", 1000, 2, large, 0, true},
	{"with momentum", []int{30}, nndl.CrossEntropy, 10, 0, "scaled", 1000, 2, large, 0.9, false},
	{"with momentum, no hidden layer", nil, nndl.CrossEntropy, 300, 0, "scaled", 1000, 1, large, 0.95, false},

	{"η too small", []int{30}, nndl.CrossEntropy, 1e-9, 1e-4, "scaled", 1000, 2, small, 0, false},
	{"quadratic", []int{60, 30}, nndl.Quadratic, 1e-3, 0, "scaled", 1000, 2, small, 0, false},
	{"softmax outputs", []int{30}, nndl.LogLikelihood, 1e-4, 1e-4, "scaled", 1000, 2, small, 0, false},
	{"without a hidden layer", nil, nndl.CrossEntropy, 1e-5, 0, "scaled", 1000, 2, small, 0, false},
	{"large weights", []int{30}, nndl.Quadratic, 1e-3, 0, "large", 1000, 2, small, 0, false},

	{"too many layers", six, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 2, layers, 0, false},
	{"quadratic", six, nndl.Quadratic, 3, 0, "scaled", 1000, 2, layers, 0, false},
	{"softmax outputs", []int{40, 30, 20, 9, 9, 9}, nndl.LogLikelihood, 0.25, 0, "scaled", 1000, 2, layers, 0, false},
	{"and a λ that pulls", six, nndl.CrossEntropy, 0.25, 0.1, "scaled", 1000, 2, layers, 0, false},

	{"weights too large", nil, nndl.Quadratic, 3, 0, "large", 1000, 2, weights, 0, false},
	{"300 neurons", []int{300}, nndl.Quadratic, 3, 0, "large", 300, 4, weights, 0, false},
	{"hundred times scaled", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "100", 1000, 2, weights, 0, false},
	{"softmax outputs", []int{30, 30}, nndl.LogLikelihood, 0.25, 1e-4, "100", 1000, 2, weights, 0, false},

	{"λ too large", []int{30}, nndl.CrossEntropy, 0.25, 0.1, "scaled", 1000, 3, pulls, 0, false},
	{"quadratic", []int{60, 30}, nndl.Quadratic, 3, 0.01, "scaled", 1000, 3, pulls, 0, false},
	{"softmax outputs", []int{30}, nndl.LogLikelihood, 0.25, 0.1, "scaled", 1000, 3, pulls, 0, false},
	{"large weights", []int{30}, nndl.CrossEntropy, 0.25, 0.1, "large", 1000, 3, pulls, 0, false},
	{"after it had learnt", []int{30}, nndl.CrossEntropy, 0.25, 0.1, "scaled", 1000, 3, pulls, 0, true},
	{"quadratic, after it had learnt", []int{30}, nndl.Quadratic, 3, 0.1, "scaled", 1000, 3, pulls, 0, true},
}

// The first five are the settings of README's table.
var healthy = []training{
	{"the book's first", []int{30}, nndl.Quadratic, 3, 0, "large", 1000, 5, "", 0, false},
	{"784-100-10", []int{100}, nndl.CrossEntropy, 0.1, 1e-4, "scaled", 1000, 5, "", 0, false},
	{"784-30-10", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 10, "", 0, false},
	{"softmax outputs", []int{30}, nndl.LogLikelihood, 0.5, 0, "scaled", 1000, 5, "", 0, false},
	{"no hidden layer", nil, nndl.Quadratic, 0.5, 0, "scaled", 1000, 5, "", 0, false},
	{"one epoch", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 1, "", 0, false},
	{"one epoch, quadratic", []int{30}, nndl.Quadratic, 3, 0, "scaled", 1000, 1, "", 0, false},
	{"one epoch, quadratic, large weights", []int{30}, nndl.Quadratic, 3, 0, "large", 1000, 1, "", 0, false},
	{"one epoch, large weights", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "large", 1000, 1, "", 0, false},
	{"one epoch, large weights to outputs", []int{200}, nndl.CrossEntropy, 0.1, 1e-4, "large", 1000, 1, "", 0, false},
	{"one epoch, no hidden layer", nil, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 1, "", 0, false},
	{"one epoch, three layers", []int{30, 30, 30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 1, "", 0, false},
	{"one epoch, 300 neurons", []int{300}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 1, "", 0, false},
	{"100 digits", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 100, 10, "", 0, false},
	{"100 digits, quadratic", []int{30}, nndl.Quadratic, 3, 0, "scaled", 100, 10, "", 0, false},
	{"100 digits, quadratic, 100 neurons", []int{100}, nndl.Quadratic, 3, 0, "scaled", 100, 11, "", 0, false},
	{"100 digits, large weights", []int{30}, nndl.Quadratic, 3, 0, "large", 100, 10, "", 0, false},
	{"100 digits, one epoch", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 100, 1, "", 0, false},
	{"30 digits, one epoch, a large η", []int{30}, nndl.Quadratic, 100, 0, "scaled", 30, 1, "", 0, false},
	{"a network that had learnt", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 1, "", 0, true},
	{"not trained any more", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 0, "", 0, true},
	{"η a bit large: it gets a little worse", []int{30}, nndl.CrossEntropy, 3, 0, "scaled", 1000, 2, "", 0, true},
	{"with momentum", []int{30}, nndl.CrossEntropy, 0.05, 1e-4, "scaled", 1000, 3, "", 0.9, false},
	{"three neurons", []int{3}, nndl.Quadratic, 3, 0, "scaled", 1000, 5, "", 0, false},
	{"two neurons, 100 epochs of decay", []int{2}, nndl.CrossEntropy, 0.25, 2e-3, "scaled", 1000, 100, "", 0, false},
	{"not trained", []int{30}, nndl.CrossEntropy, 0.25, 1e-4, "scaled", 1000, 0, "", 0, false},
}

var number, testName = regexp.MustCompile(`\d[\de.+-]*`), regexp.MustCompile(`Test\w+`)

// Every sick run gets its own cause, and no healthy one any. What is told to try another η, and does, learns.
func TestCauses(t *testing.T) {
	for _, row := range slices.Concat(sick, healthy) {
		run := row.run(t)
		why, try := run.Cause()
		t.Logf("%-40s reads %3d/%d  %s", row.name, run.After.Right, run.After.Digits, why)
		got := number.ReplaceAllString(why, "_")
		if !strings.HasPrefix(got, row.cause) || (row.cause == "") != (why == "") {
			t.Errorf("%s, %v %v: %q; want %q…\n%s%+v\n%+v", row.name, row.hidden, row.cost, why, row.cause, run,
				run.Before, run.After)
		}
		if why != "" {
			said(t, run.String())
		}
		if advice := regexp.MustCompile(`^try η (below|=) `).FindString(try); advice != "" {
			row.eta, _ = strconv.ParseFloat(number.FindString(try[len(advice):]), 64)
			row.follow(t)
		}
	}
}

// follow trains anew, with another η, until enough is read.
func (row training) follow(t *testing.T) {
	t.Helper()
	row.loaded, row.epochs = false, 5
	net, some := row.start(t), drawn.Slice(0, 200)
	for epochs := 5; epochs <= 20; epochs += 5 {
		row.train(t, net)
		if right := nndl.Correct(net, some); float64(right) >= Enough*float64(some.Len()) {
			t.Logf("%-40s reads %3d/%d  with η = %v, in %d epochs", "", right, some.Len(), row.eta, epochs)
			return
		}
	}
	t.Errorf("%s, %v %v: it does not learn with η = %v either", row.name, row.hidden, row.cost, row.eta)
}

// said fails the test unless the text has five lines of figures, and what it names to be read is there.
func said(t *testing.T, text string) {
	t.Helper()
	if strings.Count(text, "\n") != 6 || regexp.MustCompile(`%!|NaN|Inf`).MatchString(text) {
		t.Errorf("not five lines of figures: %s", text)
	}
	for _, file := range []string{"exercises_test.go", "book1_test.go", "book2_test.go", "book3_test.go"} {
		if tests, _ := os.ReadFile("../../../" + file); strings.Contains(string(tests), "func "+testName.FindString(text)+"(t ") {
			return
		}
	}
	t.Errorf("there is no %s", testName.FindString(text))
}

// A step on one digit alone moves the z of layer 1 and its biases as far as measured, from the cost measured. (Layers
// behind it have other inputs after the step.)
func TestAStepGoesAsFarAsMeasured(t *testing.T) {
	for _, row := range slices.Concat(sick[:4], healthy[:5]) {
		net, digit := row.start(t), nndl.DrawDigits(4, 1).Slice(3, 4)
		v, err := measure(net, row.cost, digit)
		if err != nil {
			t.Fatal(err)
		}
		const eta = 1e-3
		x := make([]float64, nndl.Side*nndl.Side)
		digit.Example(0, x, make([]float64, 10))
		before, _ := net.Activations(x)
		biases := slices.Clone(net.Biases[1])
		sgd := &nndl.SGD{Cost: row.cost, Eta: eta, BatchSize: 1}
		cost, err := sgd.Step(net, digit, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		after, _ := net.Activations(x)
		moved, length := 0.0, 0.0
		for j := range before[1] {
			moved += math.Abs(after[1][j]-before[1][j]) / eta / float64(len(before[1]))
			length = math.Hypot(length, (net.Biases[1][j]-biases[j])/eta)
		}
		for what, pair := range map[string][2]float64{"z moves by": {v.Layers[0].move, moved}, "cost": {v.Cost, cost},
			"length of δ": {v.Layers[0].Delta, length}} {
			if math.Abs(pair[0]-pair[1]) > 1e-9*(1+pair[1]) {
				t.Errorf("%s, %s: measured %v, found by a step %v", row.name, what, pair[0], pair[1])
			}
		}
	}
}

// A sigmoid neuron counts as saturated from σ' = 0.01 on, which is at z = ±4.585, and a linear one never does.
func TestSaturated(t *testing.T) {
	net := nndl.New(nndl.SigmoidNeurons, nndl.Side*nndl.Side, 4, 10)
	copy(net.Biases[1], []float64{-4.59, -4.58, 4.58, 4.59})
	for _, kind := range []nndl.Activation{nndl.SigmoidNeurons, nndl.LinearNeurons} {
		net.Output = kind
		copy(net.Biases[2], []float64{5, -5})
		v, err := measure(net, nndl.Quadratic, nndl.DrawDigits(3, 1))
		if err != nil {
			t.Fatal(err)
		}
		want := map[nndl.Activation]float64{nndl.SigmoidNeurons: 0.2}[kind]
		if got := v.Layers; math.Abs(got[0].Saturated-0.5) > 1e-9 || math.Abs(got[1].Saturated-want) > 1e-9 {
			t.Errorf("%v outputs: shares %v, %v; want 0.5, %v", kind, got[0].Saturated, got[1].Saturated, want)
		}
	}
	net.Hidden = nndl.Perceptrons
	if _, err := measure(net, nndl.Quadratic, nndl.DrawDigits(3, 1)); err == nil {
		t.Error("perceptrons have no δ")
	}
}
