package nndl

import (
	"fmt"
	"math"
	"strconv"
)

// Which number should be made small? The quadratic cost is the obvious one: half
// the squared distance between what the network answered and what it should
// have. But a sigmoid neuron that is badly wrong, far out where σ is flat,
// then learns slowest of all, for ∂C/∂z carries the factor σ'(z). The
// cross-entropy is the cost for which that factor cancels:
//
//	cost            output neurons   ∂C/∂z
//	quadratic       sigmoid          (a − y) σ'(z)
//	quadratic       linear           a − y
//	cross-entropy   sigmoid          a − y
//	log-likelihood  softmax          a − y
//
// One fact ties the last three together: each cost belongs to one kind
// of output layer, and with that one the error is the plain difference. This file
// has the first three lines, and at its end the form in which a trained network is
// saved; the fourth line is softmax.go.

// Quadratic is the cost C = ½ Σ_j (y_j − a_j)². It can train every kind of
// output layer that is differentiable, and matches linear neurons.
var Quadratic = quadratic{}

type quadratic struct{}

func (quadratic) String() string { return "QuadraticCost" }

func (quadratic) Of(a, y []float64) float64 {
	sum := 0.0
	for j := range y {
		sum += (y[j] - a[j]) * (y[j] - a[j])
	}
	return sum / 2
}

func (quadratic) Gradient(grad, a, y []float64) {
	for j := range y {
		grad[j] = a[j] - y[j]
	}
}

// OfZ is Of: linear neurons answer z.
func (q quadratic) OfZ(z, y []float64) float64 { return q.Of(z, y) }

func (quadratic) Matches(output any) (bool, error) { return output == LinearNeurons, nil }

// CrossEntropy is the cost C = −Σ_j [y_j ln a_j + (1 − y_j) ln(1 − a_j)] of
// independent outputs between 0 and 1, in nats. Among all a it is least at a = y
// (Exercise 3.1), where it is Σ_j BinaryEntropy(y_j). It belongs to sigmoid neurons.
//
// With 0 ln 0 = 0, Of is 0 at a = y = 0 and a = y = 1, and +Inf where an output
// is 0 or 1 and should be anything else. Gradient, (a_j − y_j)/(a_j(1 − a_j)), is
// infinite there, and NaN, 0/0, at a = y = 0 and a = y = 1.
var CrossEntropy = crossEntropy{}

type crossEntropy struct{}

func (crossEntropy) String() string { return "CrossEntropyCost" }

func (crossEntropy) Of(a, y []float64) float64 {
	sum := 0.0
	for j := range y {
		sum -= timesLog(y[j], math.Log(a[j])) + timesLog(1-y[j], math.Log1p(-a[j]))
	}
	return sum
}

// timesLog returns y·log, and 0 for y = 0 even where log is infinite.
func timesLog(y, log float64) float64 {
	if y == 0 {
		return 0
	}
	return y * log
}

// Gradient sets grad_j = (a_j − y_j)/(a_j(1 − a_j)), in its partial fractions.
func (crossEntropy) Gradient(grad, a, y []float64) {
	for j := range y {
		grad[j] = (1-y[j])/(1-a[j]) - y[j]/a[j]
	}
}

// OfZ returns C for a = σ(z). From ln σ(z) = −ln(1 + e^(−z)) and
// ln(1 − σ(z)) = ln σ(z) − z follows C = Σ_j [ln(1 + e^(−z_j)) + (1 − y_j) z_j],
// where for z < 0 the logarithm is ln(1 + e^z) − z, so that nothing overflows.
// For y = 1 and a large z the small logarithm is all that is left: hence the
// parentheses.
func (crossEntropy) OfZ(z, y []float64) float64 {
	sum := 0.0
	for j := range y {
		sum += math.Log1p(math.Exp(-math.Abs(z[j]))) + (max(z[j], 0) - y[j]*z[j])
	}
	return sum
}

func (crossEntropy) Matches(output any) (bool, error) {
	if output == SigmoidNeurons {
		return true, nil
	}
	return false, fmt.Errorf("cross-entropy cost does not fit %v outputs, only sigmoid ones, which are independent and between 0 and 1; %[1]v outputs fit quadratic cost", output)
}

// BinaryEntropy returns H(y) = −[y ln y + (1 − y) ln(1 − y)] for y from 0 to 1,
// in nats: the uncertainty of a coin that shows heads with probability y, between
// H(0) = H(1) = 0 and H(1/2) = ln 2 (Figure 3.1). It is NaN for other y.
func BinaryEntropy(y float64) float64 {
	return CrossEntropy.Of([]float64{y}, []float64{y})
}

// A Saved is a network in the form in which network2.py, the program of the
// book's chapter 3, writes it to a JSON file and reads it back. The
// file has no entry for the input layer, so that its weights[0] is Weights[1]
// here, and a bias is a row of one column. network2.py knows sigmoid neurons
// only and ignores the kinds of neuron that we add. To save more, such as the
// settings of a training run, embed a Saved in a struct with further fields.
type Saved struct {
	Sizes   []int        `json:"sizes"`
	Weights [][][]Number `json:"weights"` // Weights[l-1][j][k] = w^l_jk
	Biases  [][][]Number `json:"biases"`  // Biases[l-1][j][0] = b^l_j
	Cost    string       `json:"cost"`
	Hidden  string       `json:"hidden,omitempty"`
	Output  string       `json:"output,omitempty"`
}

// A Number is a finite number, as JSON can hold it. Decoding one refuses null, which
// encoding/json would pass over and which many programs write for NaN, and
// whatever float64 cannot hold.
type Number float64

// UnmarshalJSON sets x to the number in text, or returns an error.
func (x *Number) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("%.30s where a finite number belongs", text)
	}
	*x = Number(v)
	return nil
}

// Saved returns the network in the form in which it is saved, with the cost it
// was trained with. Sizes is net's own slice. network2.py knows QuadraticCost and
// CrossEntropyCost, and computes sigmoid neurons only. If net has any others, the
// name of its cost is written with its neurons, as in "LogLikelihoodCost (sigmoid,
// softmax)", so that network2.py refuses the file. The error names a weight or bias
// that is not finite.
func (net *Network) Saved(cost fmt.Stringer) (Saved, error) {
	if err := net.Finite(); err != nil {
		return Saved{}, fmt.Errorf("saving the network: %w", err)
	}
	s := Saved{
		Sizes:  net.Sizes,
		Cost:   cost.String(),
		Hidden: net.Hidden.String(),
		Output: net.Output.String(),
	}
	if net.Hidden != SigmoidNeurons || net.Output != SigmoidNeurons {
		s.Cost += " (" + s.Hidden + ", " + s.Output + ")"
	}
	for l := 1; l < len(net.Sizes); l++ {
		weights := make([][]Number, net.Sizes[l])
		biases := make([][]Number, net.Sizes[l])
		for j, w := range net.Weights[l] {
			weights[j] = make([]Number, len(w))
			for k := range w {
				weights[j][k] = Number(w[k])
			}
			biases[j] = []Number{Number(net.Biases[l][j])}
		}
		s.Weights = append(s.Weights, weights)
		s.Biases = append(s.Biases, biases)
	}
	return s, nil
}

// Network returns the network that was saved. Its neurons are found by name:
// perceptrons, sigmoid and linear neurons, and the kinds given, such as
// SoftmaxLayer. Under a cost of network2.py, a file that names none has sigmoid
// neurons. The error says which neurons are unknown, which of the sizes, weights
// and biases disagree, or which weight or bias is not finite.
func (s Saved) Network(kinds ...Activation) (*Network, error) {
	if s.Hidden == "" && s.Output == "" && (s.Cost == "QuadraticCost" || s.Cost == "CrossEntropyCost") {
		s.Hidden, s.Output = SigmoidNeurons.String(), SigmoidNeurons.String()
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	net := New(nil, s.Sizes...)
	kinds = append([]Activation{Perceptrons, SigmoidNeurons, LinearNeurons}, kinds...)
	for _, kind := range kinds {
		if kind.String() == s.Hidden {
			net.Hidden = kind
		}
		if kind.String() == s.Output {
			net.Output = kind
		}
	}
	if net.Hidden == nil || net.Output == nil {
		return nil, fmt.Errorf("hidden %q and output %q neurons under cost %q; known here are %v", s.Hidden, s.Output, s.Cost, kinds)
	}
	for l := range net.Weights {
		for j, w := range net.Weights[l] {
			net.Biases[l][j] = float64(s.Biases[l-1][j][0])
			for k := range w {
				w[k] = float64(s.Weights[l-1][j][k])
			}
		}
	}
	if err := net.Finite(); err != nil {
		return nil, err
	}
	return net, nil
}

// check returns an error unless weights and biases have the shapes that the
// sizes promise. It is called before any memory is taken for those sizes.
func (s Saved) check() error {
	layers := len(s.Sizes) - 1
	if layers < 1 || len(s.Weights) != layers || len(s.Biases) != layers {
		return fmt.Errorf("%d sizes, %d layers of weights and %d of biases; a network has 2 sizes or more, and one layer of each fewer",
			len(s.Sizes), len(s.Weights), len(s.Biases))
	}
	for l, n := range s.Sizes {
		if n < 1 {
			return fmt.Errorf("sizes[%d] is %d; a layer has at least 1 neuron", l, n)
		}
		if l == 0 {
			continue
		}
		if len(s.Weights[l-1]) != n || len(s.Biases[l-1]) != n {
			return fmt.Errorf("weights[%d] has %d rows and biases[%d] %d; sizes[%d] is %d",
				l-1, len(s.Weights[l-1]), l-1, len(s.Biases[l-1]), l, n)
		}
		for j := range n {
			if len(s.Weights[l-1][j]) != s.Sizes[l-1] || len(s.Biases[l-1][j]) != 1 {
				return fmt.Errorf("weights[%d][%d] has %d numbers and biases[%d][%d] %d; expected %d and 1",
					l-1, j, len(s.Weights[l-1][j]), l-1, j, len(s.Biases[l-1][j]), s.Sizes[l-1])
			}
		}
	}
	return nil
}
