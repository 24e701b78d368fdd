package netfile

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"nndl"
)

// parameters returns pointers to all weights and biases of net.
func parameters(net *nndl.Network) []*float64 {
	var all []*float64
	for l := range net.Weights {
		for j := range net.Weights[l] {
			all = append(all, &net.Biases[l][j])
			for k := range net.Weights[l][j] {
				all = append(all, &net.Weights[l][j][k])
			}
		}
	}
	return all
}

// sameBits reports whether a and b have the same kinds of neuron and the same sizes, weights and biases, to the bit.
func sameBits(a, b *nndl.Network) bool {
	p, q := parameters(a), parameters(b)
	if !reflect.DeepEqual(a.Sizes, b.Sizes) || a.Hidden != b.Hidden || a.Output != b.Output || len(p) != len(q) {
		return false
	}
	for i := range p {
		if math.Float64bits(*p[i]) != math.Float64bits(*q[i]) {
			return false
		}
	}
	return true
}

// save returns the text of a file that holds net.
func save(t *testing.T, net *nndl.Network, cost nndl.Cost) string {
	t.Helper()
	s, err := From(net, cost)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// load returns what a file of this text holds.
func load(text string) (Saved, *nndl.Network, error) {
	var s Saved
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, nil, err
	}
	net, err := s.Network()
	return s, net, err
}

func TestEveryFiniteNumberSurvivesTheRoundTrip(t *testing.T) {
	edges := []float64{0, math.Copysign(0, -1), 5e-324, -5e-324, 2.2250738585072014e-308, math.MaxFloat64,
		-math.MaxFloat64, 0.1, 1.0 / 3, 1 << 53}
	net := nndl.New(nndl.SigmoidNeurons, 40, 30, 20)
	rng := rand.New(rand.NewPCG(1, 2))
	for i, p := range parameters(net) {
		if i < len(edges) {
			*p = edges[i]
			continue
		}
		for *p = math.NaN(); math.IsNaN(*p) || math.IsInf(*p, 0); {
			*p = math.Float64frombits(rng.Uint64()) // any exponent, any mantissa
		}
	}
	_, loaded, err := load(save(t, net, nndl.CrossEntropy))
	if err != nil {
		t.Fatal(err)
	}
	p, q := parameters(net), parameters(loaded)
	for i := range p {
		if math.Float64bits(*p[i]) != math.Float64bits(*q[i]) {
			t.Errorf("%v comes back as %v", *p[i], *q[i])
		}
	}
	if !sameBits(net, loaded) {
		t.Error("another network comes back")
	}
}

// numbersOfOldFiles are the sizes, weights and biases of all oldFiles. oldNetwork returns the network they stand for.
const numbersOfOldFiles = `{"sizes":[2,2,1],"weights":[[[0.1,-2],[1e+21,-0]],[[7,-0.25]]],` +
	`"biases":[[[0.3333333333333333],[5e-324]],[[1e-7]]],`

func oldNetwork(hidden, output nndl.Activation) *nndl.Network {
	net := nndl.New(hidden, 2, 2, 1)
	net.Output = output
	net.Weights[1] = [][]float64{{0.1, -2}, {1e21, math.Copysign(0, -1)}}
	net.Weights[2] = [][]float64{{7, -0.25}}
	net.Biases[1] = []float64{1.0 / 3, 5e-324}
	net.Biases[2] = []float64{1e-7}
	return net
}

// oldFiles ends the texts of files as they were written before this package was: they must load for ever.
var oldFiles = []struct {
	end            string
	cost           nndl.Cost
	hidden, output nndl.Activation
}{
	{`"cost":"QuadraticCost","hidden":"sigmoid","output":"sigmoid"}`,
		nndl.Quadratic, nndl.SigmoidNeurons, nndl.SigmoidNeurons},
	{`"cost":"CrossEntropyCost","hidden":"sigmoid","output":"sigmoid"}`,
		nndl.CrossEntropy, nndl.SigmoidNeurons, nndl.SigmoidNeurons},
	{`"cost":"LogLikelihoodCost (sigmoid, softmax)","hidden":"sigmoid","output":"softmax"}`,
		nndl.LogLikelihood, nndl.SigmoidNeurons, nndl.SoftmaxLayer},
	{`"cost":"QuadraticCost (sigmoid, linear)","hidden":"sigmoid","output":"linear"}`,
		nndl.Quadratic, nndl.SigmoidNeurons, nndl.LinearNeurons},
	{`"cost":"QuadraticCost (perceptron, perceptron)","hidden":"perceptron","output":"perceptron"}`,
		nndl.Quadratic, nndl.Perceptrons, nndl.Perceptrons},
}

func TestOldFilesLoadAndAreWrittenAgainToTheByte(t *testing.T) {
	for _, old := range oldFiles {
		text, want := numbersOfOldFiles+old.end, oldNetwork(old.hidden, old.output)
		s, net, err := load(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !sameBits(net, want) {
			t.Errorf("%s loads as another network: %v", text, net)
		}
		if cost, err := Cost(s.Cost); err != nil || cost != old.cost {
			t.Errorf("%q stands for %v, %v; want %v", s.Cost, cost, err, old.cost)
		}
		if again := save(t, net, old.cost); again != text {
			t.Errorf("%s is written again as\n%s", text, again)
		}
	}
}

func TestTheFormOfNetwork2(t *testing.T) {
	net := nndl.New(nndl.SigmoidNeurons, 2, 1, 1)
	net.Weights[1][0][0], net.Weights[1][0][1], net.Biases[1][0] = 0.5, -2, 3
	net.Weights[2][0][0], net.Biases[2][0] = 7, -0.25
	want := `{"sizes":[2,1,1],"weights":[[[0.5,-2]],[[7]]],"biases":[[[3]],[[-0.25]]],` +
		`"cost":"QuadraticCost","hidden":"sigmoid","output":"sigmoid"}`
	if text := save(t, net, nndl.Quadratic); text != want {
		t.Errorf("saved as %s\nwant     %s", text, want)
	}

	for _, name := range []string{"QuadraticCost", "CrossEntropyCost"} {
		s, loaded, err := load(`{"sizes": [2, 1, 1], "weights": [[[0.5, -2.0]], [[7.0]]], ` +
			`"biases": [[[3.0]], [[-0.25]]], "cost": "` + name + `"}`)
		if err != nil {
			t.Fatal(err)
		}
		if !sameBits(net, loaded) {
			t.Errorf("network2.py's file loads as %v", loaded)
		}
		if cost, err := Cost(s.Cost); err != nil || cost != costs[name] {
			t.Errorf("%q stands for %v, %v", s.Cost, cost, err)
		}
	}
}

func TestANetworkLoadsWithTheNeuronsItWasSavedWith(t *testing.T) {
	for _, hidden := range kinds {
		for _, output := range kinds {
			net := oldNetwork(hidden, output)
			s, loaded, err := load(save(t, net, nndl.Quadratic))
			if err != nil {
				t.Fatal(err)
			}
			if !sameBits(net, loaded) {
				t.Errorf("%v, %v comes back as %v, %v", hidden, output, loaded.Hidden, loaded.Output)
			}
			known := s.Cost == "QuadraticCost"
			if sigmoid := hidden == nndl.SigmoidNeurons && output == nndl.SigmoidNeurons; known != sigmoid {
				t.Errorf("%v, %v is saved under cost %q: would network2.py load it?", hidden, output, s.Cost)
			}
		}
	}
}

func TestASavedNetworkIsACopy(t *testing.T) {
	net := oldNetwork(nndl.SigmoidNeurons, nndl.SigmoidNeurons)
	s, err := From(net, nndl.Quadratic)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Network()
	if err != nil {
		t.Fatal(err)
	}
	net.Scale(3)
	net.Sizes[0] = 9
	if again, err := s.Network(); err != nil || !sameBits(again, loaded) {
		t.Errorf("a change of the network changes what was saved, %v", err)
	}
	loaded.Scale(3)
	loaded.Sizes[0] = 9
	if again, err := s.Network(); err != nil || !sameBits(again, oldNetwork(nndl.SigmoidNeurons, nndl.SigmoidNeurons)) {
		t.Errorf("a change of the network loaded changes what was saved, %v", err)
	}
}

// Neurons of a kind and a cost that no file has a name for.
type (
	tangent struct{ nndl.Activation }
	hinge   struct{ nndl.Cost }
)

func (tangent) String() string { return "sigmoid" } // a lie
func (hinge) String() string   { return "QuadraticCost" }

func TestNetworksThatCannotBeSaved(t *testing.T) {
	good := func() *nndl.Network { return nndl.New(nndl.SigmoidNeurons, 2, 2, 1) }
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		net := good()
		net.Weights[1][1][0] = bad
		if _, err := From(net, nndl.Quadratic); err == nil ||
			!strings.Contains(err.Error(), "weight 0 of neuron 1 of layer 1") {
			t.Errorf("a weight of %v: error %v", bad, err)
		}
	}
	for _, test := range []struct {
		name   string
		change func(net *nndl.Network) nndl.Cost
		says   string
	}{
		{"hidden neurons of another kind", func(net *nndl.Network) nndl.Cost {
			net.Hidden = tangent{}
			return nndl.Quadratic
		}, "has no name"},
		{"output neurons of another kind", func(net *nndl.Network) nndl.Cost {
			net.Output = tangent{}
			return nndl.Quadratic
		}, "has no name"},
		{"no kind", func(net *nndl.Network) nndl.Cost { net.Hidden = nil; return nndl.Quadratic }, "no kind of neuron"},
		{"another cost", func(*nndl.Network) nndl.Cost { return hinge{} }, "has no name"},
		{"no cost", func(*nndl.Network) nndl.Cost { return nil }, "has no name"},
		{"a row missing", func(net *nndl.Network) nndl.Cost {
			net.Weights[1] = net.Weights[1][:1]
			return nndl.Quadratic
		}, "1 rows of weights"},
	} {
		net := good()
		cost := test.change(net)
		if _, err := From(net, cost); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: error %v; want %q in it", test.name, err, test.says)
		}
	}
}

const goodFile = `{"sizes":[2,2,1],"weights":[[[1,2],[3,4]],[[5,6]]],"biases":[[[7],[8]],[[9]]],"cost":"QuadraticCost"}`

// refusals are changes of goodFile, each with what the error must say.
var refusals = []struct{ name, old, new, says string }{
	{"one size only", `[2,2,1]`, `[2]`, "1 sizes"},
	{"one size only, and nothing else", goodFile, `{"sizes":[2],"weights":[],"biases":[],"cost":"QuadraticCost"}`,
		"1 sizes, 0 layers"},
	{"nothing", goodFile, `{}`, `hidden ""`},
	{"null", goodFile, `null`, `hidden ""`},
	{"no sizes", `"sizes":[2,2,1],`, ``, "0 sizes"},
	{"fewer sizes than layers", `[2,2,1]`, `[2,2]`, "2 sizes, 2 layers of weights"},
	{"a layer of weights missing", `,[[5,6]]`, ``, "1 layers of weights"},
	{"a layer of biases missing", `,[[9]]`, ``, "and 1 of biases"},
	{"no inputs", `[2,2,1]`, `[0,2,1]`, "neuron 0 of layer 1 has 2 weights for 0 inputs"},
	{"no inputs and no weights", `[2,2,1],"weights":[[[1,2],[3,4]]`, `[0,2,1],"weights":[[[],[]]`,
		"neuron 0 of layer 1 has 0 weights for 0 inputs"},
	{"null for a size", `[2,2,1]`, `[2,null,1]`, "layer 1 of 0 neurons"},
	{"no neurons", `[2,2,1],"weights":[[[1,2],[3,4]],[[5,6]]],"biases":[[[7],[8]]`,
		`[2,0,1],"weights":[[],[[]]],"biases":[[]`, "layer 1 of 0 neurons"},
	{"a negative size", `[2,2,1]`, `[2,2,-1]`, "layer 2 of -1 neurons"},
	{"a size beyond all memory", `[2,2,1]`, `[2,2,2000000000]`, "layer 2 of 2000000000 neurons has 1 rows"},
	{"inputs beyond all memory", `[2,2,1]`, `[2000000000,2,1]`, "2 weights for 2000000000 inputs"},
	{"a row of weights missing", `,[3,4]`, ``, "layer 1 of 2 neurons has 1 rows of weights"},
	{"a bias missing", `[7],[8]`, `[7]`, "layer 1 of 2 neurons has 2 rows of weights and 1 biases"},
	{"a weight missing", `[3,4]`, `[3]`, "neuron 1 of layer 1 has 1 weights"},
	{"a weight too many", `[5,6]`, `[5,6,7]`, "neuron 0 of layer 2 has 3 weights"},
	{"a bias of two columns", `[8]`, `[8,8]`, "biases[0][1] has 2 numbers; expected 1"},
	{"a bias of no column", `[9]`, `[]`, "biases[1][0] has 0 numbers; expected 1"},
	{"null for a weight", `3,4`, `3,null`, "weights[0][1][1] is null"},
	{"null for a bias", `[9]`, `[null]`, "biases[1][0][0] is null"},
	{"null for the column of a bias", `[9]`, `null`, "biases[1][0] has 0 numbers; expected 1"},
	{"null for a row", `[3,4]`, `null`, "neuron 1 of layer 1 has 0 weights"},
	{"null for a layer", `[[5,6]]`, `null`, "layer 2 of 1 neurons has 0 rows"},
	{"null for all biases", `[[[7],[8]],[[9]]]`, `null`, "0 of biases"},
	{"a number beyond float64", `3,4`, `3,1e999`, "cannot unmarshal number 1e999 into Go struct field Saved.weights"},
	{"a bias beyond float64", `[9]`, `[-1e999]`, "cannot unmarshal number -1e999 into Go struct field Saved.biases"},
	{"a list for a number", `3,4`, `3,[4]`, "cannot unmarshal array into Go struct field Saved.weights"},
	{"text for a number", `3,4`, `3,"4"`, "cannot unmarshal string into Go struct field Saved.weights"},
	{"a truth for a number", `3,4`, `3,true`, "cannot unmarshal bool into Go struct field Saved.weights"},
	{"a number for the cost", `"QuadraticCost"`, `1`, "cannot unmarshal number into Go struct field Saved.cost"},
	{"NaN, as Python writes it", `3,4`, `3,NaN`, "invalid character 'N'"},
	{"Infinity, as Python writes it", `3,4`, `3,Infinity`, "invalid character 'I'"},
	{"-Infinity, as Python writes it", `3,4`, `3,-Infinity`, "invalid character 'I'"},
	{"neurons of a kind not known", `"cost"`, `"hidden":"sigmoid","output":"tanh","cost"`, `output "tanh"`},
	{"hidden neurons of a kind not known", `"cost"`, `"hidden":"tanh","output":"sigmoid","cost"`, `hidden "tanh"`},
	{"only one of the kinds named", `"cost"`, `"output":"sigmoid","cost"`, `hidden ""`},
	{"no kinds, and a cost that network2.py has not", `QuadraticCost`, `LogLikelihoodCost`, `hidden ""`},
}

func TestSavedNetworksThatAreRefused(t *testing.T) {
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(goodFile, test.old, test.new, 1)
			if text == goodFile {
				t.Fatal("the row changes nothing")
			}
			_, net, err := load(text)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v; want %q in it", err, test.says)
			}
			if net != nil {
				t.Error("a network comes with the error")
			}
		})
	}
	s, _, err := load(goodFile)
	if err != nil {
		t.Fatalf("the good one: %v", err)
	}
	*s.Biases[1][0][0] = math.Inf(1)
	if _, err := s.Network(); err == nil || !strings.Contains(err.Error(), "bias 0 of layer 2 is +Inf") {
		t.Errorf("an infinite bias set by hand: %v", err)
	}
}

// FuzzSavedNetworks looks for files that crash the loader, or load as a network that cannot be used or saved.
func FuzzSavedNetworks(f *testing.F) {
	f.Add(goodFile)
	for _, old := range oldFiles {
		f.Add(numbersOfOldFiles + old.end)
	}
	for _, r := range refusals {
		f.Add(strings.Replace(goodFile, r.old, r.new, 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, net, err := load(text)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<20+64*uint64(len(text)) {
			t.Errorf("%d bytes of text take %d of memory", len(text), taken)
		}
		if err != nil {
			return
		}
		x := make([]float64, net.Sizes[0])
		x[len(x)-1] = 1
		if n := len(net.FeedForward(x)); n != net.Sizes[len(net.Sizes)-1] {
			t.Errorf("%d outputs of a network %v", n, net.Sizes)
		}
		cost, err := Cost(s.Cost)
		if err != nil {
			return
		}
		again := save(t, net, cost)
		_, loaded, err := load(again)
		if err != nil {
			t.Fatalf("what was saved does not load: %v\n%s", err, again)
		}
		if !sameBits(net, loaded) {
			t.Error("another network comes back")
		}
		if last := save(t, loaded, cost); last != again {
			t.Errorf("saved as\n%s\nand then as\n%s", again, last)
		}
	})
}

// A Saved is made to be embedded, and other fields of a file do no harm.
func TestFurtherFields(t *testing.T) {
	var s struct {
		Saved
		Epoch int `json:"epoch"`
	}
	text := strings.Replace(goodFile, `"cost"`, `"epoch":7,"workers":3,"cost"`, 1)
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Network(); err != nil || s.Epoch != 7 {
		t.Errorf("epoch %d, %v", s.Epoch, err)
	}
}

func TestCostsThatAreNotKnown(t *testing.T) {
	for _, name := range []string{"", "quadratic", "HingeCost", "HingeCost (sigmoid, softmax)", " QuadraticCost"} {
		if cost, err := Cost(name); err == nil || !strings.Contains(err.Error(), "expected QuadraticCost") {
			t.Errorf("%q stands for %v, %v", name, cost, err)
		}
	}
}
