package nndl

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// saveAndLoad sends a network through JSON.
func saveAndLoad(t *testing.T, net *Network, cost Cost, kinds ...Activation) *Network {
	t.Helper()
	s, err := net.Saved(cost)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Saved
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	loaded, err := back.Network(kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func TestEveryFiniteNumberSurvivesTheRoundTrip(t *testing.T) {
	net := New(SigmoidNeurons, 40, 30, 20)
	rng := rand.New(rand.NewPCG(1, 2))
	edges := []float64{0, math.Copysign(0, -1), 5e-324, -5e-324, 2.2250738585072014e-308, math.MaxFloat64, -math.MaxFloat64, 0.1, 1.0 / 3, 1 << 53}
	each(net, net, func(p, _ *float64) {
		if len(edges) > 0 {
			*p, edges = edges[0], edges[1:]
			return
		}
		for *p = math.NaN(); math.IsNaN(*p) || math.IsInf(*p, 0); {
			*p = math.Float64frombits(rng.Uint64()) // any exponent, any mantissa
		}
	})
	loaded := saveAndLoad(t, net, CrossEntropy, SigmoidNeurons)
	each(net, loaded, func(p, q *float64) {
		if math.Float64bits(*p) != math.Float64bits(*q) {
			t.Errorf("%v comes back as %v", *p, *q)
		}
	})
}

func TestTheFormOfNetwork2(t *testing.T) {
	net := New(SigmoidNeurons, 2, 1, 1)
	net.Weights[1][0][0], net.Weights[1][0][1], net.Biases[1][0] = 0.5, -2, 3
	net.Weights[2][0][0], net.Biases[2][0] = 7, -0.25
	s, err := net.Saved(Quadratic)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"sizes":[2,1,1],"weights":[[[0.5,-2]],[[7]]],"biases":[[[3]],[[-0.25]]],"cost":"QuadraticCost","hidden":"sigmoid","output":"sigmoid"}`
	if string(text) != want {
		t.Errorf("saved as %s\nwant     %s", text, want)
	}

	var s2 Saved
	if err := json.Unmarshal([]byte(`{"sizes": [2, 1, 1], "weights": [[[0.5, -2.0]], [[7.0]]], "biases": [[[3.0]], [[-0.25]]], "cost": "CrossEntropyCost"}`), &s2); err != nil {
		t.Fatal(err)
	}
	loaded, err := s2.Network(SoftmaxLayer)
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(net, loaded); d != 0 || loaded.Hidden != SigmoidNeurons || loaded.Output != SigmoidNeurons {
		t.Errorf("network2.py's file loads as %v, %v neurons, with weights off by %v", loaded.Hidden, loaded.Output, d)
	}
}

func TestANetworkLoadsWithTheNeuronsItWasSavedWith(t *testing.T) {
	all := []Activation{Perceptrons, SigmoidNeurons, LinearNeurons, SoftmaxLayer, tangent{}}
	for _, hidden := range all {
		for _, output := range all {
			net := randomNetwork(1, output, 3, 4, 2)
			net.Hidden = hidden
			loaded := saveAndLoad(t, net, Quadratic, SoftmaxLayer, tangent{})
			if loaded.Hidden != hidden || loaded.Output != output || distance(net, loaded) != 0 {
				t.Errorf("%v, %v comes back as %v, %v", hidden, output, loaded.Hidden, loaded.Output)
			}
			s, _ := net.Saved(Quadratic)
			known := s.Cost == "QuadraticCost" || s.Cost == "CrossEntropyCost"
			if sigmoid := hidden == SigmoidNeurons && output == SigmoidNeurons; known != sigmoid {
				t.Errorf("%v, %v is saved under cost %q: would network2.py load it?", hidden, output, s.Cost)
			}
		}
	}
}

func TestNetworksThatCannotBeSaved(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		net := New(SigmoidNeurons, 2, 2)
		net.Weights[1][1][0] = bad
		if _, err := net.Saved(Quadratic); err == nil || !strings.Contains(err.Error(), "weight 0 of neuron 1 of layer 1") {
			t.Errorf("a weight of %v: error %v", bad, err)
		}
	}
}

func TestSavedNetworksThatAreRefused(t *testing.T) {
	const good = `{"sizes":[2,2,1],"weights":[[[1,2],[3,4]],[[5,6]]],"biases":[[[7],[8]],[[9]]],"cost":"QuadraticCost"}`
	for _, test := range []struct {
		name, old, new, says string
	}{
		{"one size only", `[2,2,1]`, `[2]`, "1 sizes"},
		{"one size only, and nothing else", good, `{"sizes":[2],"weights":[],"biases":[],"cost":"QuadraticCost"}`, "1 sizes, 0 layers"},
		{"no sizes", `"sizes":[2,2,1],`, ``, "0 sizes"},
		{"fewer sizes than layers", `[2,2,1]`, `[2,2]`, "2 sizes, 2 layers of weights"},
		{"a layer of weights missing", `,[[5,6]]`, ``, "1 layers of weights"},
		{"a layer of biases missing", `,[[9]]`, ``, "and 1 of biases"},
		{"no inputs", `[2,2,1]`, `[0,2,1]`, "sizes[0] is 0"},
		{"a negative size", `[2,2,1]`, `[2,2,-1]`, "sizes[2] is -1"},
		{"a size beyond all memory", `[2,2,1]`, `[2,2,2000000000]`, "weights[1] has 1 rows"},
		{"a row of weights missing", `,[3,4]`, ``, "weights[0] has 1 rows"},
		{"a bias missing", `[7],[8]`, `[7]`, "biases[0] 1; sizes[1] is 2"},
		{"a weight missing", `[3,4]`, `[3]`, "weights[0][1] has 1 numbers"},
		{"a weight too many", `[5,6]`, `[5,6,7]`, "weights[1][0] has 3 numbers"},
		{"a bias of two columns", `[8]`, `[8,8]`, "biases[0][1] 2; expected 2 and 1"},
		{"a bias of no column", `[9]`, `[]`, "biases[1][0] 0; expected 2 and 1"},
		{"null for a weight", `3,4`, `3,null`, "null where a finite number belongs"},
		{"null for a bias", `[9]`, `[null]`, "null where a finite number belongs"},
		{"a number beyond float64", `3,4`, `3,1e999`, "1e999 where a finite number belongs"},
		{"a list of many for a number", `3,4`, `3,[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]`, "[1,2,3,4,5,6,7,8,9,10,11,12,13 where"},
		{"text for a number", `3,4`, `3,"4"`, "where a finite number belongs"},
		{"NaN, as Python writes it", `3,4`, `3,NaN`, "invalid character 'N'"},
		{"Infinity, as Python writes it", `3,4`, `3,Infinity`, "invalid character 'I'"},
		{"neurons of a kind not known here", `"cost"`, `"hidden":"sigmoid","output":"softmax","cost"`, `output "softmax"`},
		{"hidden neurons of a kind not known here", `"cost"`, `"hidden":"tanh","output":"sigmoid","cost"`, `hidden "tanh"`},
		{"only one of the kinds named", `"cost"`, `"output":"sigmoid","cost"`, `hidden ""`},
		{"no kinds, and a cost that network2.py has not", `QuadraticCost`, `LogLikelihoodCost`, `hidden ""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, test.old, test.new, 1)
			if text == good {
				t.Fatal("the row changes nothing")
			}
			var s Saved
			err := json.Unmarshal([]byte(text), &s)
			if err == nil {
				_, err = s.Network()
			}
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v; want %q in it", err, test.says)
			}
		})
	}
	var s Saved
	if err := json.Unmarshal([]byte(good), &s); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Network(SigmoidNeurons); err != nil {
		t.Errorf("the good one: %v", err)
	}
	s.Biases[1][0][0] = Number(math.Inf(1))
	if _, err := s.Network(SigmoidNeurons); err == nil || !strings.Contains(err.Error(), "bias 0 of layer 2 is +Inf") {
		t.Errorf("an infinite bias set by hand: %v", err)
	}
}
