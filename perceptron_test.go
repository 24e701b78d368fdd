package nndl

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestNewHasTheShapeOfItsSizes(t *testing.T) {
	sizes := []int{3, 4, 2}
	net := New(Perceptrons, sizes...)
	sizes[0] = 99 // the network keeps its own
	if !slices.Equal(net.Sizes, []int{3, 4, 2}) {
		t.Errorf("Sizes = %v", net.Sizes)
	}
	if net.Weights[0] != nil || net.Biases[0] != nil {
		t.Error("the input layer has weights or biases")
	}
	for l := 1; l <= 2; l++ {
		hasShapeOfZeros(t, net, l)
	}
	if net.Hidden != Perceptrons || net.Output != Perceptrons {
		t.Errorf("kinds %v, %v; want perceptrons", net.Hidden, net.Output)
	}
	if net.Kind(1) != Perceptrons || net.Kind(2) != Perceptrons {
		t.Errorf("kinds of layers 1 and 2: %v, %v; want perceptrons", net.Kind(1), net.Kind(2))
	}
	net.Output = LinearNeurons
	if net.Kind(1) != Perceptrons || net.Kind(2) != LinearNeurons {
		t.Errorf("kinds %v, %v; want perceptron, linear", net.Kind(1), net.Kind(2))
	}
}

// hasShapeOfZeros looks at layer l of a network. It writes 1 into every weight that it has seen to be 0, so that rows
// that share memory would show.
func hasShapeOfZeros(t *testing.T, net *Network, l int) {
	t.Helper()
	rows, biases, n := len(net.Weights[l]), len(net.Biases[l]), net.Sizes[l]
	if rows != n || biases != n {
		t.Errorf("layer %d: %d rows and %d biases for %d neurons", l, rows, biases, n)
	}
	for j, w := range net.Weights[l] {
		if want := net.Sizes[l-1]; len(w) != want || cap(w) != want {
			t.Errorf("row %d of layer %d has length %d and capacity %d; want %d", j, l, len(w), cap(w), want)
		}
		for k := range w {
			if w[k] != 0 {
				t.Errorf("weight %d, %d of layer %d is %v; rows overlap?", j, k, l, w[k])
			}
			w[k] = 1
		}
	}
}

func TestSlipsOfTheProgrammerPanicWithTheLengths(t *testing.T) {
	net := New(Perceptrons, 3, 2)
	lacking := Digits{make([]byte, 784, 2*784), make([]byte, 2)} // beyond the length there is memory
	nameless := Digits{make([]byte, 2*784), make([]byte, 1, 2)}
	for _, test := range []struct {
		name string
		slip func()
		says []string
	}{
		{"a network of one layer", func() { New(Perceptrons, 3) }, []string{"1 layers"}},
		{"a layer of no neurons", func() { New(Perceptrons, 3, 0, 2) }, []string{"layer 1", "0 neurons"}},
		{"an example of 4 inputs", func() { Correct(net, randomExamples(1, 9, 4, 2)) }, []string{"3", "4"}},
		{"an example of 1 output", func() { Correct(net, randomExamples(1, 9, 3, 1)) }, []string{"2", "1"}},
		{"a digit without pixels", func() { lacking.Image(1) }, []string{"digits 1 to 1 of 2 labels", "784 pixels"}},
		{"an example without pixels", func() {
			lacking.Example(1, make([]float64, 784), make([]float64, 10))
		}, []string{"digits 1 to 1", "2 labels", "784 pixels"}},
		{"digits, one without pixels", func() { lacking.Slice(0, 2) }, []string{"digits 0 to 1 of 2", "784 pixels"}},
		{"a digit without a label", func() { nameless.Slice(0, 2) }, []string{"digits 0 to 1 of 1 labels", "1568"}},
		{"testing on digits without pixels", func() { Correct(New(Perceptrons, 784, 10), lacking) },
			[]string{"digits 1 to 1", "784 pixels"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			message := fmt.Sprint(mustPanic(t, test.slip))
			for _, word := range test.says {
				if !strings.Contains(message, word) {
					t.Errorf("panics with %q; want %q in it", message, word)
				}
			}
		})
	}
}

// careless is a cost that does not look at lengths.
type careless struct{}

func (careless) Of(a, y []float64) float64     { return 0 }
func (careless) Gradient(grad, a, y []float64) {}
func (careless) String() string                { return "careless" }

// takers are all exported functions and methods that take two slices of numbers or more, and those of a network that
// take one. They want slices of length 7, and those of a digit the lengths of a digit.
var takers = map[string]any{
	"perceptrons.Activate":    Perceptrons.Activate,
	"sigmoidNeurons.Activate": SigmoidNeurons.Activate,
	"sigmoidNeurons.Backward": SigmoidNeurons.Backward,
	"linearNeurons.Activate":  LinearNeurons.Activate,
	"linearNeurons.Backward":  LinearNeurons.Backward,
	"softmaxLayer.Activate":   SoftmaxLayer.Activate,
	"softmaxLayer.Backward":   SoftmaxLayer.Backward,
	"Softmax":                 Softmax,
	"SoftmaxC":                func(a, z []float64) { SoftmaxC(a, z, 2) },
	"quadratic.Of":            Quadratic.Of,
	"quadratic.Gradient":      Quadratic.Gradient,
	"crossEntropy.Of":         CrossEntropy.Of,
	"crossEntropy.OfZ":        CrossEntropy.OfZ,
	"crossEntropy.Gradient":   CrossEntropy.Gradient,
	"logLikelihood.Of":        LogLikelihood.Of,
	"logLikelihood.OfZ":       LogLikelihood.OfZ,
	"logLikelihood.Gradient":  LogLikelihood.Gradient,
	"Network.FeedForward":     New(LinearNeurons, 7, 3).FeedForward,
	"Network.Activations":     New(LinearNeurons, 7, 3).Activations,
	"Gradient":                func(x, y []float64) { Gradient(New(LinearNeurons, 7, 7), careless{}, x, y) },
	"Examples.Example":        func(x, y []float64) { randomExamples(1, 1, 7, 7).Example(0, x, y) },
	"Digits.Example":          func(x, y []float64) { DrawDigits(1, 1).Example(0, x, y) },
}

// Whichever slice is longer or shorter than it should be, the panic says both lengths.
func TestSlicesOfDifferentLengthsPanic(t *testing.T) {
	for name, f := range takers {
		call := func(lengths []int) {
			var given []reflect.Value
			for _, n := range lengths {
				given = append(given, reflect.ValueOf(make([]float64, n)))
			}
			reflect.ValueOf(f).Call(given)
		}
		right := []int{7, 7, 7, 7}[:reflect.TypeOf(f).NumIn()]
		if name == "Digits.Example" {
			right = []int{Side * Side, 10}
		}
		call(right) // does not panic
		for i, want := range right {
			for _, n := range []int{want - 1, want + 1} {
				lengths := slices.Clone(right)
				lengths[i] = n
				message := mustPanic(t, func() { call(lengths) })
				says, ok := message.(string) // an index out of range would be an error
				if !ok || !strings.Contains(says, fmt.Sprint(n)) || !strings.Contains(says, fmt.Sprint(want)) {
					t.Errorf("%s of lengths %v panics with %v", name, lengths, message)
				}
			}
		}
	}
}

// No function that takes two slices or more is missing from takers.
func TestAllThatTakeSlicesAreTested(t *testing.T) {
	found := map[string]bool{"Network.FeedForward": true, "Network.Activations": true}
	for _, file := range []string{"perceptron.go", "sigmoid.go", "backprop.go", "cost.go", "softmax.go", "mnist.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() && slicesTaken(f) >= 2 {
				name := f.Name.Name
				if f.Recv != nil {
					name = strings.TrimPrefix(types.ExprString(f.Recv.List[0].Type), "*") + "." + name
				}
				found[name] = true
				if takers[name] == nil || reflect.TypeOf(takers[name]).NumIn() != slicesTaken(f) {
					t.Errorf("no test of the %d slices that %s takes", slicesTaken(f), name)
				}
			}
		}
	}
	for name := range takers {
		if !found[name] {
			t.Errorf("there is no %s that takes two slices", name)
		}
	}
}

// slicesTaken returns how many []float64 the function takes.
func slicesTaken(f *ast.FuncDecl) int {
	n := 0
	for _, field := range f.Type.Params.List {
		if types.ExprString(field.Type) == "[]float64" {
			n += len(field.Names)
		}
	}
	return n
}

func TestStepAtTheEdges(t *testing.T) {
	for z, want := range map[float64]float64{
		0: 0, math.Copysign(0, -1): 0, 5e-324: 1, -5e-324: 0, 3: 1, -3: 0, math.Inf(1): 1, math.Inf(-1): 0,
	} {
		if got := Step(z); got != want {
			t.Errorf("Step(%v) = %v; want %v", z, got, want)
		}
	}
	if got := Step(math.NaN()); got != 0 {
		t.Errorf("Step(NaN) = %v; want 0", got)
	}
}

func TestActivationsByHand(t *testing.T) {
	net := New(LinearNeurons, 2, 2, 1)
	net.Weights[1][0][0], net.Weights[1][0][1], net.Biases[1][0] = 1, 2, 3
	net.Weights[1][1][0], net.Weights[1][1][1], net.Biases[1][1] = -4, 5, -6
	net.Weights[2][0][0], net.Weights[2][0][1], net.Biases[2][0] = 7, -8, 9
	net.Output = SigmoidNeurons
	x := []float64{10, 20}
	z, a := net.Activations(x)
	if z[0] != nil || !slices.Equal(a[0], x) {
		t.Errorf("z[0] = %v, a[0] = %v; want nil and x", z[0], a[0])
	}
	want := []float64{10 + 40 + 3, -40 + 100 - 6}
	if !slices.Equal(z[1], want) || !slices.Equal(a[1], want) {
		t.Errorf("z[1] = %v, a[1] = %v; want %v", z[1], a[1], want)
	}
	if want := 7*53.0 - 8*54 + 9; z[2][0] != want || a[2][0] != Sigmoid(want) {
		t.Errorf("z[2] = %v, a[2] = %v; want %v and its sigmoid", z[2], a[2], want)
	}
	if out := net.FeedForward(x); !slices.Equal(out, a[2]) {
		t.Errorf("FeedForward = %v; want %v", out, a[2])
	}
}

func TestArgmaxTakesTheFirstOfEquals(t *testing.T) {
	for _, test := range []struct {
		a    []float64
		want int
	}{
		{[]float64{1, 3, 2}, 1},
		{[]float64{3, 1, 2}, 0},
		{[]float64{1, 2, 3}, 2},
		{[]float64{-3, -1, -2}, 1},
		{[]float64{1, 2, 2}, 1},
		{[]float64{0, 0, 0}, 0},
	} {
		if got := Argmax(test.a); got != test.want {
			t.Errorf("Argmax(%v) = %d; want %d", test.a, got, test.want)
		}
	}
}

func TestACloneIsEqualAndApart(t *testing.T) {
	net := randomNetwork(1, SoftmaxLayer, 3, 4, 2)
	c := net.Clone()
	if d := distance(net, c); d != 0 {
		t.Errorf("the clone differs by %v", d)
	}
	if c.Hidden != net.Hidden || c.Output != net.Output {
		t.Errorf("kinds %v, %v; want %v, %v", c.Hidden, c.Output, net.Hidden, net.Output)
	}
	c.Sizes[1] = 99
	if net.Sizes[1] != 4 {
		t.Error("the clone shares its sizes")
	}
	each(net, c, func(p, q *float64) {
		*q = math.Inf(1)
		if *p == *q {
			t.Error("the clone shares memory")
		}
	})
}

func TestCheckNamesWhatIsNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		net := New(SigmoidNeurons, 3, 4, 2)
		if err := net.Check(); err != nil {
			t.Errorf("all zeros: %v", err)
		}
		net.Weights[2][1][3] = bad
		if err := net.Check(); !says(err, "weight 3 of neuron 1 of layer 2") {
			t.Errorf("a weight of %v: %v", bad, err)
		}
		net.Biases[1][2] = bad
		if err := net.Check(); !says(err, "bias 2 of layer 1") {
			t.Errorf("a bias of %v: %v", bad, err)
		}
	}
}

// A network whose fields a program has changed is refused, and so is a clone of it.
func TestCheckNamesWhatHasTheWrongShape(t *testing.T) {
	for _, test := range []struct {
		change func(*Network)
		says   string
	}{
		{func(n *Network) { *n = Network{} }, "0 sizes, 0 layers of weights and 0 of biases"},
		{func(n *Network) { n.Sizes, n.Weights, n.Biases = n.Sizes[:1], n.Weights[:1], n.Biases[:1] },
			"1 sizes, 1 layers"},
		{func(n *Network) { n.Sizes = n.Sizes[:2] }, "2 sizes, 3 layers of weights and 3 of biases"},
		{func(n *Network) { n.Weights = n.Weights[:2] }, "3 sizes, 2 layers of weights and 3"},
		{func(n *Network) { n.Biases = append(n.Biases, nil) }, "3 sizes, 3 layers of weights and 4"},
		{func(n *Network) { n.Weights[0] = [][]float64{{1, 2}} }, "layer 0, the inputs, has 1 rows of weights"},
		{func(n *Network) { n.Biases[0] = []float64{1, 2} }, "layer 0, the inputs, has 0 rows of weights and 2 biases"},
		{func(n *Network) { n.Sizes[1] = 5 }, "layer 1 of 5 neurons has 4 rows of weights and 4 biases"},
		{func(n *Network) { n.Sizes[0] = 2 }, "neuron 0 of layer 1 has 3 weights for 2 inputs"},
		{func(n *Network) { n.Sizes[0], n.Weights[1] = 0, make([][]float64, 4) },
			"neuron 0 of layer 1 has 0 weights for 0"},
		{func(n *Network) { n.Sizes[2], n.Weights[2], n.Biases[2] = 0, nil, nil }, "layer 2 of 0 neurons"},
		{func(n *Network) { n.Weights[1] = n.Weights[1][:3] },
			"layer 1 of 4 neurons has 3 rows of weights and 4 biases"},
		{func(n *Network) { n.Biases[2] = n.Biases[2][:1] }, "layer 2 of 2 neurons has 2 rows of weights and 1 biases"},
		{func(n *Network) { n.Weights[2][1] = n.Weights[2][1][:3] }, "neuron 1 of layer 2 has 3 weights for 4 inputs"},
		{func(n *Network) { n.Hidden = nil }, "layer 1 has no kind of neuron"},
		{func(n *Network) { n.Output = nil }, "layer 2 has no kind of neuron"},
	} {
		t.Run(test.says, func(t *testing.T) {
			net := New(SigmoidNeurons, 3, 4, 2)
			test.change(net)
			isRefused(t, net, test.says)
			if err := net.Clone().Check(); !says(err, test.says) {
				t.Errorf("Check of a clone: %v", err)
			}
		})
	}
}

// isRefused: whatever a network of 3 inputs and 2 outputs is for must end with this text.
func isRefused(t *testing.T, net *Network, text string) {
	data, s := randomExamples(1, 4, 3, 2), SGD{Cost: Quadratic, Eta: 1, BatchSize: 1}
	_, gradient := Gradient(net, Quadratic, data[0].X, data[0].Y)
	_, step := s.Step(net, data, []int{0})
	_, epoch := s.Epoch(net, data, 0)
	for from, err := range map[string]error{
		"Check": net.Check(), "Gradient": gradient, "SGD.Check": s.Check(net, 4), "Step": step, "Epoch": epoch,
	} {
		if !says(err, text) {
			t.Errorf("%s: %v", from, err)
		}
	}
	for from, use := range map[string]func(){
		"FeedForward": func() { net.FeedForward(data[0].X) }, "Correct": func() { Correct(net, data) },
	} {
		if message := mustPanic(t, use); !strings.Contains(fmt.Sprint(message), text) {
			t.Errorf("%s panics with %v", from, message)
		}
	}
}
