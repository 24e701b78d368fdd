package nndl

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// literal returns what one step on the mini-batch must make of net and of the velocity, by the formulas of SGD's
// comment and the gradients to be read.
func literal(t *testing.T, s *SGD, net, velocity *Network, data Examples, batch []int) (after, v *Network) {
	t.Helper()
	after, v = net.Clone(), velocity.Clone()
	m, n := float64(len(batch)), float64(len(data))
	sum := New(nil, net.Sizes...)
	for _, i := range batch {
		nabla, err := Gradient(net, s.Cost, data[i].X, data[i].Y)
		if err != nil {
			t.Fatal(err)
		}
		each(sum, nabla, func(p, q *float64) { *p += *q })
	}
	each(v, sum, func(p, q *float64) { *p = s.Momentum**p - s.Eta/m**q })
	for l := 1; l < len(net.Sizes); l++ {
		for j := range net.Weights[l] {
			for k, w := range net.Weights[l][j] {
				v.Weights[l][j][k] -= s.Eta * s.Lambda / n * w
				if w != 0 {
					v.Weights[l][j][k] -= s.Eta * s.Lambda1 / n * w / math.Abs(w)
				}
			}
		}
	}
	each(after, v, func(p, q *float64) { *p += *q })
	return after, v
}

func TestSGDStepsAsTheGradientsSay(t *testing.T) {
	for _, pair := range pairings {
		for _, sizes := range [][]int{{5, 3}, {9, 7, 6}, {6, 4, 9, 5}, {3, 2, 8, 5, 4}} {
			for _, s := range []SGD{
				{Eta: 0.5},
				{Eta: 0.5, Lambda: 2},
				{Eta: 0.25, Lambda1: 3},
				{Eta: 0.5, Momentum: 0.75},
				{Eta: 0.125, Lambda: 2, Lambda1: 1, Momentum: -0.5},
			} {
				s.Cost, s.BatchSize = pair.cost, 3
				name := fmt.Sprintf("%s, %v, λ %v, λ₁ %v, μ %v", pair.name, sizes, s.Lambda, s.Lambda1, s.Momentum)
				t.Run(name, func(t *testing.T) {
					data := randomExamples(4, 11, sizes[0], sizes[len(sizes)-1])
					net := randomNetwork(7, pair.output, sizes...)
					net.Weights[1][0][0] = 0 // where L1 has no direction
					want, v := net.Clone(), New(nil, sizes...)
					for _, batch := range [][]int{{0, 1, 2}, {10, 3, 5, 7, 4}, {9}, {2, 2}} {
						cost := 0.0
						for _, i := range batch {
							cost += pair.cost.Of(want.FeedForward(data[i].X), data[i].Y)
						}
						want, v = literal(t, &s, want, v, data, batch)
						got, err := s.Step(net, data, batch)
						if err != nil {
							t.Fatal(err)
						}
						if d := distance(net, want); !(d < 1e-12) {
							t.Fatalf("after batch %v weights differ by %v", batch, d)
						}
						if relative(got, cost) > 1e-12 {
							t.Fatalf("batch %v costs %v; want %v", batch, got, cost)
						}
						if s.Momentum != 0 && !(distance(s.Velocity, v) < 1e-12) {
							t.Fatalf("after batch %v the velocity is off", batch)
						}
					}
				})
			}
		}
	}
}

func TestAnEpochTakesEveryExampleOnceInItsOrder(t *testing.T) {
	const n = 23
	data := randomExamples(1, n, 4, 3)
	s := SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 5, Lambda: 1, Seed: 3}
	order := s.Order(n, 2)
	sorted := slices.Clone(order)
	slices.Sort(sorted)
	for i := range sorted {
		if sorted[i] != i {
			t.Fatalf("Order is no permutation: %v", order)
		}
	}
	other := SGD{Seed: 4}
	if slices.Equal(order, s.Order(n, 1)) || slices.Equal(order, other.Order(n, 2)) {
		t.Error("another epoch or another seed has the same order")
	}
	if !slices.Equal(order, s.Order(n, 2)) {
		t.Error("the same seed and epoch have another order")
	}

	net := randomNetwork(1, SigmoidNeurons, 4, 6, 3)
	want := net.Clone()
	total := 0.0
	for lo := 0; lo < n; lo += 5 {
		sum, err := s.Step(want, data, order[lo:min(lo+5, n)]) // the last has 3
		if err != nil {
			t.Fatal(err)
		}
		total += sum
	}
	mean, err := s.Epoch(net, data, 2)
	if err != nil {
		t.Fatal(err)
	}
	if distance(net, want) != 0 {
		t.Error("the weights are not those of the steps")
	}
	if relative(mean, total/n) > 1e-15 {
		t.Errorf("mean cost %v; want %v", mean, total/n)
	}
}

// cores makes Go use that many cores until the test is over.
func cores(t *testing.T, n int) {
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	if runtime.GOMAXPROCS(0) != n {
		t.Skipf("Go does not use %d cores on %s", n, runtime.GOARCH)
	}
}

func TestAnyNumberOfCoresGivesTheSameBits(t *testing.T) {
	data := randomExamples(1, 140, 400, 10)
	train := func(n int) (*Network, int) {
		cores(t, n)
		net := randomNetwork(2, SoftmaxLayer, 400, 149, 41, 10)
		s := SGD{Cost: LogLikelihood, Eta: 0.1, BatchSize: 70, Lambda: 0.1, Lambda1: 0.01, Momentum: 0.5}
		for epoch := range 2 {
			if _, err := s.Epoch(net, data, epoch); err != nil {
				t.Fatal(err)
			}
		}
		return net, Correct(net, data)
	}
	one, correct := train(1)
	for _, n := range []int{2, 3, 8, 200} { // 200 is more than there are examples or neurons
		net, got := train(n)
		each(one, net, func(p, q *float64) {
			if *p != *q {
				t.Fatalf("on %d cores a weight is %v instead of %v", n, *q, *p)
			}
		})
		if got != correct {
			t.Errorf("%d cores count %d correct; one counts %d", n, got, correct)
		}
	}
}

// together is Data whose examples can only be had two at a time: each waits for another.
type together struct {
	Examples
	meet chan bool
}

func (d together) Example(i int, x, y []float64) {
	select {
	case d.meet <- true:
	case <-d.meet:
	case <-time.After(10 * time.Second):
		panic("nobody else came")
	}
	d.Examples.Example(i, x, y)
}

func TestTheCoresShareLargeMiniBatches(t *testing.T) {
	cores(t, 2)
	net := randomNetwork(2, SigmoidNeurons, 400, 100, 10)
	s := SGD{Cost: CrossEntropy, Eta: 0.1, BatchSize: 100}
	data := together{randomExamples(1, 100, 400, 10), make(chan bool)}
	want, _ := literal(t, &s, net, New(nil, net.Sizes...), data.Examples, s.Order(100, 0))
	cost, err := s.Step(net, data, s.Order(100, 0)) // 100·400·100 = worthSharing
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(net, want); !(d < 1e-12) || cost <= 0 {
		t.Errorf("weights differ by %v from those of the gradients, cost %v", d, cost)
	}
	Correct(net, data)
}

// inkOnly is Data that sets nothing but what is not 0.
type inkOnly struct{ Examples }

func (d inkOnly) Example(i int, x, y []float64) {
	for k, v := range d.Examples[i].X {
		if v != 0 {
			x[k] = v
		}
	}
	for j, v := range d.Examples[i].Y {
		if v != 0 {
			y[j] = v
		}
	}
}

func TestDataNeedsToSetOnlyWhatIsNotZero(t *testing.T) {
	data := Examples{{[]float64{1, 0, 2}, []float64{1, 0}}, {[]float64{0, 3, 0}, []float64{0, 1}}}
	want := randomNetwork(1, SigmoidNeurons, 3, 4, 2)
	got := want.Clone()
	for epoch := range 3 {
		for net, d := range map[*Network]Data{want: data, got: inkOnly{data}} {
			s := SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 1}
			if _, err := s.Epoch(net, d, epoch); err != nil {
				t.Fatal(err)
			}
		}
	}
	if d := distance(got, want); d != 0 {
		t.Errorf("what an example before had set is still there: the weights differ by %v", d)
	}
	if Correct(got, inkOnly{data}) != Correct(want, data) {
		t.Error("Correct sees what an example before had set")
	}
}

func TestUnsharedStepsTakeNoMemory(t *testing.T) {
	cores(t, 2)
	for _, m := range []int{10, 99} { // 99·400·100 is just below worthSharing
		var data Data = randomExamples(1, 100, 400, 10) // an interface once, not in every call
		net := randomNetwork(2, SigmoidNeurons, 400, 100, 10)
		s := SGD{Cost: CrossEntropy, Eta: 0.1, BatchSize: m, Lambda: 1, Momentum: 0.5}
		batch := s.Order(m, 0)
		step := func() {
			if _, err := s.Step(net, data, batch); err != nil {
				t.Fatal(err)
			}
		}
		step()
		if allocs := testing.AllocsPerRun(3, step); allocs >= 1 {
			t.Errorf("mini-batches of %d: %v allocations each", m, allocs)
		}
	}
}

func TestInPartsTakesEveryNumberOnce(t *testing.T) {
	for _, procs := range []int{1, 2, 3, 7} {
		cores(t, procs)
		for n := range 20 {
			var calls, sum atomic.Int64
			inParts(n, func(lo, hi int) {
				calls.Add(1)
				for i := lo; i < hi; i++ {
					sum.Add(1 << i)
				}
			})
			if sum.Load() != 1<<n-1 || calls.Load() != int64(min(n, procs)) {
				t.Errorf("%d numbers on %d cores: %b in %d parts", n, procs, sum.Load(), calls.Load())
			}
		}
	}
}

func TestAPanicInOnePartReachesTheCaller(t *testing.T) {
	cores(t, 3)
	net, data := New(LinearNeurons, 2, 2), randomExamples(1, 9, 2, 3)
	message := fmt.Sprint(mustPanic(t, func() { Correct(net, data) }))
	if !strings.Contains(message, "2 and 3") || !strings.Contains(message, "Examples.Example") {
		t.Errorf("panics with %v", message)
	}
	for _, test := range []struct {
		name string
		end  func()
		says string
	}{
		{"a panic", func() { panic("no example") }, "no example\n"},
		{"as t.Fatal ends a test", runtime.Goexit, "ended by runtime.Goexit"},
	} {
		others := atomic.Int64{}
		message := fmt.Sprint(mustPanic(t, func() {
			inParts(9, func(lo, hi int) {
				if lo == 0 {
					test.end()
				}
				time.Sleep(time.Millisecond)
				others.Add(int64(hi - lo))
			})
		}))
		if !strings.Contains(message, test.says) || others.Load() != 6 {
			t.Errorf("%s: panics with %v, when %d numbers are done; want 6", test.name, message, others.Load())
		}
	}
}

// The neurons that are left to the plain loops are those after the last five.
func TestFivesLeaveFewerThanFive(t *testing.T) {
	for n := 1; n < 17; n++ {
		net := New(LinearNeurons, 2, n)
		x := newPass(net.Sizes)
		if got, want := weighFives(net, []pass{x}, 1), n-n%5; got != want {
			t.Errorf("weighFives of %d neurons stops at %d; want %d", n, got, want)
		}
		for lo := range n {
			if got, want := subtractFives(net.Weights[1], 1, []pass{x}, 1, lo, n), n-(n-lo)%5; got != want {
				t.Errorf("subtractFives of neurons %d to %d stops at %d; want %d", lo, n-1, got, want)
			}
		}
	}
}

func TestMiniBatchesOfAnySizeAndAnotherNetwork(t *testing.T) {
	s := SGD{Cost: Quadratic, Eta: 0.5, BatchSize: 1}
	fresh := func() *SGD { return &SGD{Cost: Quadratic, Eta: 0.5, BatchSize: 1} }
	for i, sizes := range [][]int{{3, 4, 2}, {5, 2}, {3, 4, 2}, {5, 2}} {
		data := randomExamples(1, 9, sizes[0], 2)
		for _, batch := range [][]int{{1}, {0, 1, 2, 3, 4, 5, 6, 7, 8}, {3, 4}}[:min(3, 1+2*i)] {
			net := randomNetwork(1, SigmoidNeurons, sizes...)
			want := net.Clone()
			if _, err := s.Step(net, data, batch); err != nil {
				t.Fatal(err)
			}
			if _, err := fresh().Step(want, data, batch); err != nil {
				t.Fatal(err)
			}
			if distance(net, want) != 0 {
				t.Errorf("%v, batch %v: what went before shows", sizes, batch)
			}
		}
	}
}

func TestCorrectCountsTheLargestOutputs(t *testing.T) {
	net := New(LinearNeurons, 3, 3) // answers its input
	for j := range 3 {
		net.Weights[1][j][j] = 1
	}
	data := Examples{
		{[]float64{1, 0, 0}, []float64{1, 0, 0}},
		{[]float64{0, 2, 1}, []float64{1, 0, 0}},
		{[]float64{0, 2, 3}, []float64{0, 0, 1}},
		{[]float64{0, 2, 3}, []float64{0, 0, 1}},
		{[]float64{-1, -2, -3}, []float64{0, 1, 0}},
	}
	if got := Correct(net, data); got != 3 {
		t.Errorf("%d correct; want 3", got)
	}
	two := New(LinearNeurons, 1, 2) // answers (0, x)
	two.Weights[1][1][0] = 1
	data = Examples{
		{[]float64{0.1}, []float64{0, 1}},
		{[]float64{-0.1}, []float64{0.2, 0.1}},
		{[]float64{3}, []float64{1, 0}},
	}
	if got := Correct(two, data); got != 2 {
		t.Errorf("of two outputs: %d correct; want 2", got)
	}
}

func TestCorrectOfOneOutputIsASideOfOneHalf(t *testing.T) {
	net := New(LinearNeurons, 1, 1) // answers its input
	net.Weights[1][0][0] = 1
	data := Examples{
		{[]float64{0.9}, []float64{1}},
		{[]float64{0.4}, []float64{1}},
		{[]float64{0.6}, []float64{0}},
		{[]float64{0.5}, []float64{0}},
		{[]float64{-3}, []float64{0}},
		{[]float64{0.9}, []float64{0.51}},
		{[]float64{0.51}, []float64{0}},
		{[]float64{0.51}, []float64{1}},
		{[]float64{0.52}, []float64{1}},
		{[]float64{0.4}, []float64{0.5}},
	}
	if got := Correct(net, data); got != 7 {
		t.Errorf("%d correct; want 7", got)
	}
}

// A saturated output that is wrong must neither be lost to 0/0 nor end the training: the five pairings at z = ±800.
func TestSaturatedOutputsTrain(t *testing.T) {
	for _, test := range []struct {
		name      string
		output    Differentiable
		cost      Cost
		delta     []float64 // ∂C/∂z at z = (800, −800), y = (0, 1)
		costBelow float64
	}{
		{"sigmoid, quadratic: no signal, but no NaN", SigmoidNeurons, Quadratic, []float64{0, 0}, 2},
		{"sigmoid, cross-entropy", SigmoidNeurons, CrossEntropy, []float64{1, -1}, 1601},
		{"softmax, log-likelihood", SoftmaxLayer, LogLikelihood, []float64{1, -1}, 1601},
		{"softmax, quadratic: no signal, but no NaN", SoftmaxLayer, Quadratic, []float64{0, 0}, 2},
		{"linear, quadratic", LinearNeurons, Quadratic, []float64{800, -801}, 1e6},
	} {
		t.Run(test.name, func(t *testing.T) {
			net := New(test.output, 1, 2)
			net.Biases[1][0], net.Biases[1][1] = 800, -800
			y := []float64{0, 1}
			nabla, err := Gradient(net, test.cost, []float64{1}, y)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(nabla.Biases[1], test.delta) {
				t.Errorf("∂C/∂z = %v; want %v", nabla.Biases[1], test.delta)
			}
			s := SGD{Cost: test.cost, Eta: 0.1, BatchSize: 1}
			cost, err := s.Epoch(net, Examples{{[]float64{1}, y}}, 0)
			if err != nil || !(cost > 0 && cost < test.costBelow) {
				t.Errorf("cost %v, error %v; want it below %v", cost, err, test.costBelow)
			}
		})
	}
}

// A spoiling changes settings or a network so that they cannot be trained, and knows what the error must say.
type spoiling struct {
	name   string
	change func(*SGD, *Network)
	says   string
}

// spoiltNetworks have neurons that cannot learn, a cost that does not fit them, or a wrong shape.
var spoiltNetworks = []spoiling{
	{"perceptrons", func(_ *SGD, n *Network) { n.Hidden, n.Output = Perceptrons, Perceptrons },
		"perceptron neurons cannot learn"},
	{"perceptrons as outputs only", func(s *SGD, n *Network) { s.Cost, n.Output = Quadratic, Perceptrons },
		"perceptron neurons cannot learn"},
	{"hidden perceptrons", func(_ *SGD, n *Network) { n.Hidden = Perceptrons }, "use sigmoid neurons"},
	{"cross-entropy of a softmax layer", func(_ *SGD, n *Network) { n.Output = SoftmaxLayer },
		"cross-entropy cost fits sigmoid outputs, not softmax ones"},
	{"cross-entropy of linear neurons", func(_ *SGD, n *Network) { n.Output = LinearNeurons },
		"not linear ones; quadratic cost fits all"},
	{"log-likelihood of sigmoid neurons", func(s *SGD, _ *Network) { s.Cost = LogLikelihood },
		"log-likelihood cost fits softmax outputs, not sigmoid ones"},
	{"log-likelihood of linear neurons", func(s *SGD, n *Network) { s.Cost, n.Output = LogLikelihood, LinearNeurons },
		"fits softmax outputs, not linear ones"},
	{"no cost", func(s *SGD, _ *Network) { s.Cost = nil }, "no cost"},
	{"a kind of neuron that is missing", func(_ *SGD, n *Network) { n.Hidden = nil }, "layer 1 has no kind of neuron"},
	{"a row that is too short", func(_ *SGD, n *Network) { n.Weights[2][1] = n.Weights[2][1][:2] },
		"neuron 1 of layer 2 has 2 weights for 3 inputs"},
	{"hidden neurons of a network that no Init was called for",
		func(_ *SGD, n *Network) { *n = *New(SigmoidNeurons, 2, 3, 2) },
		"the 3 neurons of layer 1 have the same weights and bias, to them and from them"},
	{"alike in the second hidden layer only, and not 0",
		func(_ *SGD, n *Network) { *n = *hiddenAlike(SigmoidNeurons, 2, 2, 3, 4, 2) }, "the 4 neurons of layer 2"},
	{"the velocity of another network", func(s *SGD, _ *Network) { s.Velocity = New(nil, 2, 4, 2) },
		"not the shape of a network of layers [2 3 2]"},
	{"a velocity that is only sizes", func(s *SGD, n *Network) { s.Velocity = &Network{Sizes: n.Sizes} },
		"not the shape of a network of layers [2 3 2]"},
}

// spoiltSettings have a number that is out of its range. There are 4 examples.
var spoiltSettings = []spoiling{
	{"η = 0", func(s *SGD, _ *Network) { s.Eta = 0 }, "η = 0"},
	{"η < 0", func(s *SGD, _ *Network) { s.Eta = -1 }, "η = -1"},
	{"η NaN", func(s *SGD, _ *Network) { s.Eta = math.NaN() }, "η = NaN"},
	{"η infinite", func(s *SGD, _ *Network) { s.Eta = math.Inf(1) }, "η = +Inf"},
	{"mini-batches of 0", func(s *SGD, _ *Network) { s.BatchSize = 0 }, "mini-batches of 0"},
	{"λ < 0", func(s *SGD, _ *Network) { s.Lambda = -1 }, "λ = -1"},
	{"λ NaN", func(s *SGD, _ *Network) { s.Lambda = math.NaN() }, "λ = NaN"},
	{"λ infinite", func(s *SGD, _ *Network) { s.Lambda = math.Inf(1) }, "λ = +Inf"},
	{"λ that leaves nothing of a weight", func(s *SGD, _ *Network) { s.Lambda = 4 },
		"η = 1 with λ = 4; ηλ must be below n = 4"},
	{"η that overflows with λ", func(s *SGD, _ *Network) { s.Eta, s.Lambda = 1e308, 5 }, "η = 1e+308 with λ = 5"},
	{"λ₁ < 0", func(s *SGD, _ *Network) { s.Lambda1 = -1 }, "λ₁ = -1"},
	{"λ₁ NaN", func(s *SGD, _ *Network) { s.Lambda1 = math.NaN() }, "λ₁ = NaN"},
	{"λ₁ infinite", func(s *SGD, _ *Network) { s.Lambda1 = math.Inf(1) }, "λ₁ = +Inf"},
	{"μ NaN", func(s *SGD, _ *Network) { s.Momentum = math.NaN() }, "μ = NaN"},
	{"μ infinite", func(s *SGD, _ *Network) { s.Momentum = math.Inf(-1) }, "μ = -Inf"},
}

// goodSettings can train a network of sigmoid neurons on the 4 examples of goodExamples.
func goodSettings() *SGD { return &SGD{Cost: CrossEntropy, Eta: 1, BatchSize: 2} }

func goodExamples() Examples { return randomExamples(1, 4, 2, 2) }

// says reports whether err is an error with this text in it, and is formatted as it was meant to be.
func says(err error, text string) bool {
	return err != nil && strings.Contains(err.Error(), text) && !strings.Contains(err.Error(), "%!")
}

func TestWhatCannotBeTrainedSaysWhy(t *testing.T) {
	for _, test := range slices.Concat(spoiltNetworks, spoiltSettings) {
		t.Run(test.name, func(t *testing.T) { trainingIsRefused(t, test) })
	}
}

// trainingIsRefused: Epoch, Step and Check must say the same, and the network stays as it was.
func trainingIsRefused(t *testing.T, test spoiling) {
	s, net, data := goodSettings(), randomNetwork(1, SigmoidNeurons, 2, 3, 2), goodExamples()
	test.change(s, net)
	before := net.Clone()
	cost1, err1 := s.Epoch(net, data, 0)
	cost2, err2 := s.Step(net, data, []int{0, 1})
	if cost1 != 0 || cost2 != 0 {
		t.Errorf("costs %v and %v beside the error", cost1, cost2)
	}
	for _, err := range []error{err1, err2, s.Check(net, 4)} {
		if !says(err, test.says) {
			t.Errorf("error %v; want %q in it", err, test.says)
		}
	}
	if distance(net, before) != 0 {
		t.Error("the network has changed all the same")
	}
}

func TestNoExamplesAreRefused(t *testing.T) {
	net := randomNetwork(1, SigmoidNeurons, 2, 3, 2)
	if _, err := goodSettings().Epoch(net, Examples{}, 0); !says(err, "no examples") {
		t.Errorf("an empty training set: error %v", err)
	}
	if _, err := goodSettings().Step(net, goodExamples(), nil); !says(err, "no examples") {
		t.Errorf("an empty mini-batch: error %v", err)
	}
}

func TestHiddenPerceptronsHaveNoGradient(t *testing.T) {
	net, data := randomNetwork(1, SigmoidNeurons, 2, 3, 2), goodExamples()
	net.Hidden = Perceptrons
	if _, err := Gradient(net, CrossEntropy, data[0].X, data[0].Y); !says(err, "cannot learn") {
		t.Errorf("the gradient of hidden perceptrons: error %v", err)
	}
}

// A network with no hidden layer can be trained, whatever kind its hidden neurons, of which there are none, are said
// to be. So it can with ηλ just below n = 4.
func TestANetworkWithNoHiddenLayerCanBeTrained(t *testing.T) {
	s := goodSettings()
	s.Lambda = 3.999
	net := randomNetwork(1, SigmoidNeurons, 2, 2)
	if err := s.Check(net, 4); err != nil {
		t.Errorf("no hidden layer: %v", err)
	}
	for _, hidden := range []Activation{Perceptrons, nil} {
		net.Hidden = hidden
		if err := s.Check(net, 4); err != nil {
			t.Errorf("no hidden layer, so that its kind does not matter: %v", err)
		}
	}
}

// Hidden neurons that are alike are refused, but for a layer of one. Another number for any weight or bias of theirs is
// enough to train them. The biases of the outputs are not theirs. A gradient they have in any case.
func TestHiddenNeuronsThatAreAlikeButForOneNumber(t *testing.T) {
	s, one := goodSettings(), New(SigmoidNeurons, 2, 1, 1, 2)
	if err := s.Check(one, 4); err != nil {
		t.Errorf("layers of one neuron: %v", err)
	}
	net, data := hiddenAlike(SigmoidNeurons, 1, 2, 3, 2), goodExamples()
	each(net, net, func(p, _ *float64) {
		theirs := p != &net.Biases[2][0] && p != &net.Biases[2][1]
		before := *p
		*p = math.Nextafter(*p, 1)
		if err := s.Check(net, 4); theirs && err != nil || !theirs && !says(err, "call InitScaled first") {
			t.Errorf("%v instead of %v: error %v", *p, before, err)
		}
		*p = before
		if _, err := Gradient(net, s.Cost, data[0].X, data[0].Y); err != nil {
			t.Errorf("the gradient: %v", err)
		}
	})
}

// A pointer to a kind or to a cost is that kind or cost too.
func TestPointersToKindsAndCostsTrain(t *testing.T) {
	net, data := randomNetwork(1, SoftmaxLayer, 2, 3, 2), goodExamples()
	want := gradientOf(t, net, LogLikelihood, data[0].X, data[0].Y)
	net.Hidden, net.Output = &SigmoidNeurons, &SoftmaxLayer
	if d := distance(gradientOf(t, net, &LogLikelihood, data[0].X, data[0].Y), want); d != 0 {
		t.Errorf("the gradient is off by %v", d)
	}
	if err := canLearn(net, &CrossEntropy); !says(err, "cross-entropy cost fits sigmoid outputs, not softmax ones") {
		t.Errorf("error %v", err)
	}
}

func TestACostThatIsNotFiniteEndsTraining(t *testing.T) {
	data := Examples{{[]float64{1, 1e300}, []float64{0}}}
	t.Run("before the step", func(t *testing.T) {
		net := New(LinearNeurons, 2, 1)
		net.Weights[1][0][1] = 1
		before := net.Clone()
		s := SGD{Cost: Quadratic, Eta: 1, BatchSize: 1}
		cost, err := s.Epoch(net, data, 0)
		if cost != 0 || !errors.Is(err, ErrNotFinite) || !says(err, "cost") {
			t.Errorf("cost %v, error %v", cost, err)
		}
		if cost, err := s.Step(net, data, []int{0}); cost != 0 || !errors.Is(err, ErrNotFinite) {
			t.Errorf("of a step: cost %v, error %v", cost, err)
		}
		if distance(net, before) != 0 {
			t.Error("the weights have changed all the same")
		}
	})
	t.Run("after the last step, in the weights", func(t *testing.T) {
		net := New(LinearNeurons, 2, 1)
		net.Biases[1][0] = 1e10
		s := SGD{Cost: Quadratic, Eta: 1, BatchSize: 1}
		cost, err := s.Epoch(net, data, 0)
		if cost != 0 || !errors.Is(err, ErrNotFinite) || !says(err, "weight 1") {
			t.Errorf("cost %v, error %v", cost, err)
		}
	})
}
