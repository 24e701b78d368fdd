// Package diagnose says why a network does not learn. It measures the network on some training digits, before and after
// the training, by what nndl exports, and compares.
package diagnose

import (
	"fmt"
	"math"
	"slices"

	"nndl"
)

const (
	Enough = 0.8  // a network that reads this share of the digits needs no diagnosis ...
	young  = 100  // ... nor does one that was trained for fewer steps
	flat   = 0.01 // a neuron with a smaller σ' is saturated, z is beyond ±4.6: it hardly learns
	leap   = 10   // a step that moves z so far goes from one flat end of σ to the other
	creep  = 0.01 // hundreds of steps that move z less change no answer
	faint  = 1e-3 // where δ^1 is a smaller part of δ^L, the first layer hardly learns
)

// Vitals are what is measured of a network.
type Vitals struct {
	Digits, Right int
	Answers       []int   // how many digits get each answer
	Cost          float64 // its mean over the digits
	Layers        []Layer // the first is layer 1
}

// A Layer is what is measured of a layer.
type Layer struct {
	Saturated float64 // the share of its neurons that are saturated
	Delta     float64 // the mean length of its δ
	Weights   float64 // the size of its weights, √(mean of w²)
	move      float64 // how far a step with η = 1 moves a z: see measure
}

// measure measures a network. The error says why it cannot learn under the cost.
//
// By (BP3) and (BP4) a step on one digit alone changes b_j by −ηδ_j and w_jk by −ηδ_j a_k. So for this digit, and with
// the a_k as they were, z_j = Σ_k w_jk a_k + b_j changes by −ηδ_j (Σ_k a_k² + 1).
func measure(net *nndl.Network, cost nndl.Cost, digits nndl.Digits) (*Vitals, error) {
	L, n := len(net.Sizes)-1, float64(digits.Len())
	v := &Vitals{digits.Len(), nndl.Correct(net, digits), make([]int, net.Sizes[L]), 0, make([]Layer, L)}
	for i := range digits.Len() {
		x, y := make([]float64, net.Sizes[0]), make([]float64, net.Sizes[L])
		digits.Example(i, x, y)
		nabla, err := nndl.Gradient(net, cost, x, y)
		if err != nil {
			return nil, err
		}
		z, a := net.Activations(x)
		v.Answers[nndl.Argmax(a[L])]++
		v.Cost += Cost(net, cost, z[L], a[L], y) / n
		for l := 1; l <= L; l++ {
			layer, delta := &v.Layers[l-1], nabla.Biases[l] // (BP3)
			layer.Delta += math.Sqrt(squares(delta)) / n
			share, inputs := 1/(n*float64(len(delta))), squares(a[l-1])+1
			for j, a := range a[l] {
				layer.move += math.Abs(delta[j]) * inputs * share
				if a*(1-a) < flat && net.Kind(l) != nndl.LinearNeurons { // ∂a_j/∂z_j, in a softmax layer too
					layer.Saturated += share
				}
			}
		}
	}
	for l := range v.Layers {
		w := slices.Concat(net.Weights[l+1]...)
		v.Layers[l].Weights = math.Sqrt(squares(w) / float64(len(w)))
	}
	return v, nil
}

func squares(x []float64) (sum float64) {
	for _, x := range x {
		sum += x * x
	}
	return sum
}

// Cost returns the cost of an example, finite where a matched layer rounds an output to 0 or 1.
func Cost(net *nndl.Network, cost nndl.Cost, z, a, y []float64) float64 {
	if m, ok := cost.(nndl.Matched); ok && m.Outputs() == net.Output.String() {
		return m.OfZ(z, y)
	}
	return cost.Of(a, y)
}

// A Run is a training, and what its network was before and after.
type Run struct {
	sgd           *nndl.SGD
	n, steps      int
	Before, After *Vitals
}

// New measures, on at most so many of the digits, a training of so many steps that led from one network to another.
func New(sgd *nndl.SGD, train nndl.Digits, most, steps int, first, last *nndl.Network) (r *Run, err error) {
	var digits nndl.Digits
	order := sgd.Order(train.Len(), 0) // training has the orders from 1 on
	for _, i := range order[:min(most, len(order))] {
		digits.Pixels = append(digits.Pixels, train.Image(i)...)
		digits.Labels = append(digits.Labels, train.Labels[i])
	}
	r = &Run{sgd: sgd, n: train.Len(), steps: steps}
	if r.Before, err = measure(first, sgd.Cost, digits); err == nil {
		r.After, err = measure(last, sgd.Cost, digits)
	}
	return r, err
}

// String returns what was found in five lines, or "" where Cause finds nothing.
func (r *Run) String() string {
	why, try := r.Cause()
	if why == "" {
		return ""
	}
	b, a, answer, saturated, delta := r.Before, r.After, 0, [2]string{}, [2]string{}
	for i, v := range []*Vitals{b, a} {
		for _, l := range v.Layers {
			saturated[i] += fmt.Sprintf(" %.0f%%", 100*l.Saturated)
			delta[i] += fmt.Sprintf(" %.1g", l.Delta)
		}
		if part := v.Layers[0].Delta / v.Layers[len(v.Layers)-1].Delta; part < 0.1 || part > 10 {
			delta[i] += fmt.Sprintf(", the first %.1g of the last", part)
		}
	}
	answer = slices.Index(a.Answers, slices.Max(a.Answers))
	return fmt.Sprintf("\nit reads little because %s\n"+
		"of %d training digits it reads %d, and takes %d for a %d; their mean cost is %.4g, was %.4g before training\n"+
		"saturated neurons, σ' < %v, by layer:%s; before training%s\n"+
		"mean length of δ by layer:%s; before training%s\n%s\n",
		why, a.Digits, a.Right, a.Answers[answer], answer, a.Cost, b.Cost,
		flat, saturated[1], saturated[0], delta[1], delta[0], try)
}
