package nndl

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"
)

// How should the 23,820 weights of a network with layers of 784, 30 and 10 change so that it answers better? One
// number, the cost C, says how wrong its answers are. The derivatives of C by all weights and biases are together its
// gradient ∇C. To go downhill, change every weight in proportion to −∂C/∂w.
//
// Backpropagation finds the whole gradient by two passes through the network. The pass forward finds the weighted
// inputs z and the activations a. The pass back finds the errors, δ^l_j = ∂C/∂z^l_j: how fast C grows with the weighted
// input of a neuron. From them the gradient is read off. Gradient does this for one example. SGD, stochastic gradient
// descent, does it for a few at a time and takes a step downhill.

// A Cost says by one number C how far the activations a = a^L of the last layer are from the desired output y. All
// slices have as many numbers as that layer has neurons. It is called from several goroutines at once.
type Cost interface {
	Of(a, y []float64) float64     // returns C
	Gradient(grad, a, y []float64) // sets grad_j = ∂C/∂a_j; grad may be the same slice as a
	String() string                // returns the name of the cost
}

// A Matched cost belongs to one kind of output neuron. There δ^L = a − y (see cost.go), and training needs no Gradient.
type Matched interface {
	Cost
	Outputs() string                // returns the name of that kind
	OfZ(z, y []float64) float64     // returns C from z = z^L, where a is rounded to 0 or 1 too
	CheckDesired(y []float64) error // says why the cost has no meaning for this y, if it has none
}

// backpropagate sets delta[l] to δ^l for l = L to 1, and returns C, or the error of CheckDesired. It begins with
//
//	(BP1)  δ^L_j = ∂C/∂a_j · ∂a_j/∂z_j = ∂C/∂a_j σ'(z^L_j),
//
// the chain rule for sigmoid neurons; Backward knows it for every kind. For a matched cost the code computes
// a_j − y_j itself, because where a_j is rounded to 0 or 1, ∂C/∂a_j may be infinite or 0/0. Then:
//
//	(BP2)  δ^l_k = (Σ_j w^(l+1)_jk δ^(l+1)_j) σ'(z^l_k)
//
// Neuron k of layer l acts on C through every neuron j that it feeds: when a^l_k grows by 1, z^(l+1)_j grows by
// w^(l+1)_jk. The effects add, so the sum over j is ∂C/∂a^l_k. The rest is as in (BP1). Forward, z_j sums row j of the
// weights, over k. Back, the sum goes down column k, over j: hence the transpose in the text's (w^(l+1))ᵀ δ^(l+1). The
// code makes no transposed matrix: it takes row after row and adds to the sums of all columns k at once.
func backpropagate(delta [][]float64, net *Network, cost Cost, z, a [][]float64, y []float64) (C float64, err error) {
	L := len(net.Sizes) - 1
	if matched, ok := cost.(Matched); ok {
		C, err = matched.OfZ(z[L], y), matched.CheckDesired(y)
		for j := range y {
			delta[L][j] = a[L][j] - y[j] // the text's (3.2), (3.4), (3.5), (3.6)
		}
	} else {
		C = cost.Of(a[L], y)
		cost.Gradient(delta[L], a[L], y) // (BP1): first ∂C/∂a, which Backward turns into ∂C/∂z in its place
		net.Output.(Differentiable).Backward(delta[L], z[L], a[L], delta[L])
	}
	for l := L - 1; l >= 1; l-- {
		clear(delta[l]) // of what another example left there
		for j, w := range net.Weights[l+1] {
			d := delta[l+1][j]
			for k := range delta[l] {
				delta[l][k] += w[k] * d // the sum in (BP2)
			}
		}
		net.Hidden.(Differentiable).Backward(delta[l], z[l], a[l], delta[l])
	}
	return C, err
}

// Gradient returns ∇C for one example, the input x and the desired output y. It has one derivative for each weight and
// bias, so its shape is that of a Network: Weights[l][j][k] is ∂C/∂w^l_jk, Biases[l][j] is ∂C/∂b^l_j, and there are no
// kinds of neuron. In z^l_j = Σ_k w^l_jk a^(l−1)_k + b^l_j, ∂z/∂b = 1 and ∂z/∂w = a: by the chain rule
//
//	(BP3)  ∂C/∂b^l_j = δ^l_j
//	(BP4)  ∂C/∂w^l_jk = a^(l−1)_k δ^l_j
//
// The error says why net cannot learn under the cost, or why y means nothing to it. A wrong length of x or y panics.
func Gradient(net *Network, cost Cost, x, y []float64) (*Network, error) {
	if err := canLearn(net, cost); err != nil {
		return nil, err
	}
	z, a := net.Activations(x)
	sameLength(y, a[len(a)-1])
	nabla := New(nil, net.Sizes...)
	delta := nabla.Biases // (BP3): the errors are the derivatives by the biases
	if _, err := backpropagate(delta, net, cost, z, a, y); err != nil {
		return nil, err
	}
	for l := 1; l < len(net.Sizes); l++ {
		for j, w := range nabla.Weights[l] {
			for k := range w {
				w[k] = a[l-1][k] * delta[l][j] // (BP4); in layer L (3.1), (3.7)
			}
		}
	}
	return nabla, nil
}

// canLearn says why net cannot learn under the cost, and what would fit. If it can, the error is nil.
func canLearn(net *Network, cost Cost) error {
	if err := net.checkDifferentiable(); err != nil {
		return err
	}
	if cost == nil {
		return errors.New("no cost to be made smaller")
	}
	if m, ok := cost.(Matched); ok && m.Outputs() != net.Output.String() {
		return fmt.Errorf("%v cost fits %v outputs, not %v ones; quadratic cost fits all", m, m.Outputs(), net.Output)
	}
	return nil
}

// SGD is stochastic gradient descent, section 2.2. The cost to be made smaller is the mean of C_x over n training
// examples x, plus (λ/2n) Σ w² (L2 regularisation, or weight decay) plus (λ₁/n) Σ |w| (L1), both over all weights. A
// step takes the mean over only m examples, a mini-batch: about the same, for m/n of the work. The derivative of |w| is
// sgn(w) = ±1; at w = 0, where there is none, the code takes 0. So a step downhill is
//
//	w ← w − (η/m) Σ_x ∂C_x/∂w − η(λ/n) w − η(λ₁/n) sgn(w)
//	b ← b − (η/m) Σ_x ∂C_x/∂b
//
// The terms in λ and λ₁ pull every weight towards 0. With large weights an answer hangs on small changes of a few
// inputs; with small ones, on what many inputs say together. Biases are left alone: a bias is the same whatever the
// input is, so a large one does not make a change of the input change z more. Momentum μ ≠ 0 keeps some of the
// steps before: all these changes, the decay too, are made to a velocity, v ← μv − (η/m) Σ_x ∂C_x/∂w − η(λ/n) w − …,
// and then w ← w + v; for b the same without λ and λ₁.
//
// The same seed gives the same run, bit for bit, on any number of cores of one kind of processor: each weight is
// changed by one goroutine, example after example. An SGD and its copies belong to one goroutine.
type SGD struct {
	Cost      Cost
	Eta       float64  // η, the learning rate, > 0
	BatchSize int      // m ≥ 1; the last mini-batch of an epoch may be shorter
	Lambda    float64  // λ ≥ 0, L2 regularisation
	Lambda1   float64  // λ₁ ≥ 0, L1 regularisation
	Momentum  float64  // μ: 0 for none, usually below 1
	Seed      uint64   // fixes the order of the examples in every epoch
	Velocity  *Network // v, made by the first step with momentum; keep it to go on later, with the same network

	passes []pass // memory for the examples of a mini-batch
	sizes  []int  // of the network that passes were made for
}

// ErrNotFinite is wrapped by errors that say a cost, weight or bias is infinite or NaN: as a rule η is too large.
var ErrNotFinite = errors.New("not finite")

// Check says why these settings cannot train net on n examples. If they can, the error is nil. Hidden neurons that are
// all alike, as when no Init was called, are refused if no velocity can part them: see InitLarge.
func (s *SGD) Check(net *Network, n int) error {
	switch {
	case n < 1:
		return errors.New("no examples to learn from")
	case !(s.Eta > 0 && finite(s.Eta)):
		return fmt.Errorf("learning rate η = %v; it must be above 0 and finite", s.Eta)
	case s.BatchSize < 1:
		return fmt.Errorf("mini-batches of %d examples; they need at least 1", s.BatchSize)
	case !(s.Lambda >= 0 && s.Lambda1 >= 0 && finite(s.Lambda) && finite(s.Lambda1)):
		return fmt.Errorf("regularisation λ = %v, λ₁ = %v; both must be at least 0 and finite", s.Lambda, s.Lambda1)
	case s.Eta*s.Lambda >= float64(n):
		return fmt.Errorf("η = %v with λ = %v; ηλ must be below n = %d to leave some of a weight", s.Eta, s.Lambda, n)
	case !finite(s.Momentum):
		return fmt.Errorf("momentum μ = %v; it must be finite", s.Momentum)
	case s.Velocity != nil && (!slices.Equal(s.Velocity.Sizes, net.Sizes) || s.Velocity.checkSlices() != nil):
		return fmt.Errorf("a velocity that has not the shape of a network of layers %v", net.Sizes)
	}
	err := canLearn(net, s.Cost)
	for l := 1; err == nil && l < len(net.Sizes)-1; l++ {
		n, w := net.Sizes[l], net.Weights[l]
		differ := func(x []float64) bool { return !slices.Equal(x[1:], x[:n-1]) } // two neighbours of n numbers
		if n > 1 && s.Velocity == nil && !differ(net.Biases[l]) && slices.EqualFunc(w[1:], w[:n-1], slices.Equal) &&
			!slices.ContainsFunc(net.Weights[l+1], differ) {
			err = fmt.Errorf("the %d neurons of layer %d have the same weights and bias, to them and from them, and "+
				"stay alike for ever; call InitScaled first, for random ones", n, l)
		}
	}
	return err
}

// Order returns the numbers 0 to n−1 in the order in which the given epoch takes the examples. It depends on Seed, n
// and epoch alone, so that a run that was stopped after any epoch can go on as if it had not been.
func (s *SGD) Order(n, epoch int) []int {
	return rand.New(rand.NewPCG(s.Seed, uint64(epoch))).Perm(n)
}

// Epoch trains net once on all of data, a mini-batch at a time. It returns the mean cost of the examples, without
// regularisation, each measured just before its step. The error is Step's, or says which number is no longer finite.
func (s *SGD) Epoch(net *Network, data Data, epoch int) (float64, error) {
	if err := s.Check(net, data.Len()); err != nil {
		return 0, err
	}
	sum := 0.0
	order := s.Order(data.Len(), epoch)
	for lo := 0; lo < len(order); lo += s.BatchSize {
		cost, err := s.Step(net, data, order[lo:min(lo+s.BatchSize, len(order))])
		if err != nil {
			return 0, err
		}
		sum += cost
	}
	if err := net.Check(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotFinite, err)
	}
	return sum / float64(data.Len()), nil
}

// Step makes one step on a mini-batch, the examples of data that batch numbers, and returns the sum of their costs
// before it. The error is that of Check, or names an example whose desired output has no meaning for the cost, or
// wraps ErrNotFinite. With an error no weight changes.
func (s *SGD) Step(net *Network, data Data, batch []int) (float64, error) {
	if err := s.Check(net, data.Len()); err != nil {
		return 0, err
	}
	if len(batch) == 0 {
		return 0, errors.New("no examples in the mini-batch")
	}
	passes := s.prepare(net, len(batch))
	shared := len(batch)*net.Sizes[0]*net.Sizes[1] >= worthSharing // else one core is done sooner
	if shared {                                                    // some of the examples for each core
		inParts(len(passes), func(lo, hi int) { forwardAndBack(passes[lo:hi], net, s.Cost, data, batch[lo:hi]) })
	} else {
		forwardAndBack(passes, net, s.Cost, data, batch)
	}
	cost := 0.0
	for i, p := range passes {
		if p.err != nil {
			return 0, fmt.Errorf("example %d: %w", batch[i], p.err)
		}
		cost += p.cost
	}
	if !finite(cost) {
		return 0, fmt.Errorf("cost %w: %v", ErrNotFinite, cost)
	}
	for l := 1; l < len(net.Sizes); l++ {
		if shared { // some of the neurons for each core
			inParts(net.Sizes[l], func(lo, hi int) { s.descend(net, passes, data.Len(), l, lo, hi) })
		} else {
			s.descend(net, passes, data.Len(), l, 0, net.Sizes[l])
		}
	}
	return cost, nil
}

// A pass is one example on its way through the network, forward and back. Most pixels of a digit are paper, a_k = 0.
// They add nothing to any z_j, nor by (BP4) to any ∂C/∂w_jk. So these sums visit only the a_k ≠ 0 of a layer, its ink.
type pass struct {
	y           []float64
	z, a, delta [][]float64
	at          [][]int32   // at[l] lists the neurons k of layer l with a_k ≠ 0, ...
	ink         [][]float64 // ... and ink[l] their a_k
	cost        float64
	err         error
}

// forwardAndBack feeds the examples of a mini-batch forward, each in its own pass, and their errors back.
func forwardAndBack(passes []pass, net *Network, cost Cost, data Data, batch []int) {
	feedForward(passes, net, data, batch)
	for i, p := range passes {
		passes[i].cost, passes[i].err = backpropagate(p.delta, net, cost, p.z, p.a, p.y)
	}
}

// feedForward does for the examples of a mini-batch what Activations does for one, if all weights are finite.
func feedForward(passes []pass, net *Network, data Data, batch []int) {
	for i, p := range passes {
		clear(p.a[0])
		clear(p.y)
		data.Example(batch[i], p.a[0], p.y)
		p.listInk(0)
	}
	for l := 1; l < len(net.Sizes); l++ {
		// From j = 0 this loop would do all. weighFives (see below) does fives of neurons faster and leaves the rest.
		for j := weighFives(net, passes, l); j < net.Sizes[l]; j++ {
			for _, p := range passes {
				sum := 0.0
				for i, k := range p.at[l-1] {
					sum += net.Weights[l][j][k] * p.ink[l-1][i]
				}
				p.z[l][j] = sum + net.Biases[l][j]
			}
		}
		for _, p := range passes {
			net.Kind(l).Activate(p.a[l], p.z[l])
			p.listInk(l)
		}
	}
}

// descend changes the weights and biases of the neurons lo to hi−1 of layer l by the formulas of SGD. The derivatives
// are those of (BP3) and (BP4). Each is subtracted as soon as it is found: no sum is stored.
func (s *SGD) descend(net *Network, passes []pass, n, l, lo, hi int) {
	rate := s.Eta / float64(len(passes)) // η/m
	decay, decay1 := s.Eta*s.Lambda/float64(n), s.Eta*s.Lambda1/float64(n)
	w, b := net.Weights[l], net.Biases[l]
	v, vb := w, b // Without momentum v is w itself: to change v is to change the weights.
	if s.Momentum != 0 {
		v, vb = s.Velocity.Weights[l], s.Velocity.Biases[l]
	}
	pull(vb[lo:hi], b[lo:hi], s.Momentum, 0, 0)
	for j := lo; j < hi; j++ {
		pull(v[j], w[j], s.Momentum, decay, decay1)
		for _, p := range passes {
			vb[j] -= rate * p.delta[l][j] // b ← b − (η/m) ∂C_x/∂b
		}
	}
	// From j = lo this loop would do all. subtractFives does groups of five faster, and leaves it the rest.
	for j := subtractFives(v, rate, passes, l, lo, hi); j < hi; j++ {
		for _, p := range passes {
			d := rate * p.delta[l][j]
			for i, k := range p.at[l-1] {
				v[j][k] -= d * p.ink[l-1][i] // w ← w − (η/m) ∂C_x/∂w
			}
		}
	}
	if s.Momentum == 0 {
		return // v is w
	}
	for j := lo; j < hi; j++ { // w ← w + v
		b[j] += vb[j]
		for k := range w[j] {
			w[j][k] += v[j][k]
		}
	}
}

// pull makes the part of a step that needs no example. With momentum it sets v ← μv − η(λ/n) w − η(λ₁/n) sgn(w).
// Without, v is w, and w ← w − η(λ/n) w − η(λ₁/n) sgn(w).
func pull(v, w []float64, momentum, decay, decay1 float64) {
	if momentum != 0 {
		for k := range w {
			v[k] = momentum*v[k] - decay*w[k]
		}
	} else if decay != 0 {
		keep := 1 - decay
		for k := range w {
			w[k] *= keep
		}
	}
	if decay1 != 0 {
		for k := range w {
			v[k] -= decay1 * float64(cmp.Compare(w[k], 0)) // sgn(w)
		}
	}
}

// Correct returns how many examples of data the network answers correctly: its largest output is where the largest
// desired output is. If there is only one output, either both must be above 1/2 or neither.
func Correct(net *Network, data Data) int {
	if err := net.checkShape(); err != nil {
		panic(err.Error())
	}
	var correct atomic.Int64
	inParts(data.Len(), func(lo, hi int) {
		passes := []pass{newPass(net.Sizes)}
		for i := lo; i < hi; i++ {
			feedForward(passes, net, data, []int{i})
			a, y := passes[0].a[len(net.Sizes)-1], passes[0].y
			if len(y) > 1 && Argmax(a) == Argmax(y) || len(y) == 1 && (a[0] > 0.5) == (y[0] > 0.5) {
				correct.Add(1)
			}
		}
	})
	return int(correct.Load())
}

// You may stop reading here. What follows does what was said above, in the same order of sums, but faster.

const worthSharing = 4_000_000 // products of a weight and an input of layer 1, in one mini-batch

// prepare returns passes for m examples, and makes the velocity if one is needed. It takes memory only when m grows.
func (s *SGD) prepare(net *Network, m int) []pass {
	if s.Momentum != 0 && s.Velocity == nil {
		s.Velocity = New(nil, net.Sizes...)
	}
	if !slices.Equal(s.sizes, net.Sizes) {
		s.sizes, s.passes = slices.Clone(net.Sizes), nil
	}
	for len(s.passes) < m {
		s.passes = append(s.passes, newPass(net.Sizes))
	}
	return s.passes[:m]
}

// inParts calls f(lo, hi) for parts of 0 to n−1, one for each core, at the same time. If one panics, or is ended as by
// t.Fatal, inParts panics when all have ended, and says where it was.
func inParts(n int, f func(lo, hi int)) {
	parts := min(runtime.GOMAXPROCS(0), n)
	ended := make(chan string, parts)
	for p := range parts {
		go func() {
			early := "a goroutine was ended by runtime.Goexit"
			defer func() {
				if reason := recover(); reason != nil {
					early = fmt.Sprintf("%v\n\n%s", reason, debug.Stack())
				}
				ended <- early
			}()
			f(n*p/parts, n*(p+1)/parts)
			early = ""
		}()
	}
	early := ""
	for range parts {
		early = cmp.Or(early, <-ended)
	}
	if early != "" {
		panic(early)
	}
}

// newPass returns a pass for networks of these sizes.
func newPass(sizes []int) pass {
	p := pass{y: make([]float64, sizes[len(sizes)-1])}
	for _, n := range sizes {
		p.z = append(p.z, make([]float64, n))
		p.a = append(p.a, make([]float64, n))
		p.delta = append(p.delta, make([]float64, n))
		p.at = append(p.at, make([]int32, n))
		p.ink = append(p.ink, make([]float64, n))
	}
	return p
}

// listInk lists the a_k ≠ 0 of layer l. It writes down every k and a_k; if a_k is 0, the next overwrites it. An if
// around the writing would be slower: no processor can predict which pixels are paper.
func (p pass) listInk(l int) {
	a := p.a[l]
	at, ink := p.at[l][:len(a)], p.ink[l][:len(a)]
	n := 0
	for k, x := range a {
		at[n], ink[n] = int32(k), x
		if math.Float64bits(x) != 0 { // compiled to an addition, without a jump
			n++
		}
	}
	p.at[l], p.ink[l] = at[:n], ink[:n]
}

// weighFives sets the z_j of layer l for all passes, five neurons j at a time: they share the reading of k and a_k, and
// stay in the cache meanwhile. It returns the first neuron that is left over.
func weighFives(net *Network, passes []pass, l int) (j int) {
	w, b := net.Weights[l], net.Biases[l]
	for ; j+5 <= len(w); j += 5 {
		w0 := w[j]
		w1, w2, w3, w4 := w[j+1][:len(w0)], w[j+2][:len(w0)], w[j+3][:len(w0)], w[j+4][:len(w0)]
		for i := range passes {
			at := passes[i].at[l-1]
			ink := passes[i].ink[l-1][:len(at)]
			var z0, z1, z2, z3, z4 float64
			for n, k := range at {
				a := ink[n]
				z0 += w0[k] * a
				z1 += w1[k] * a
				z2 += w2[k] * a
				z3 += w3[k] * a
				z4 += w4[k] * a
			}
			z := passes[i].z[l][j : j+5]
			z[0], z[1], z[2], z[3], z[4] = z0+b[j], z1+b[j+1], z2+b[j+2], z3+b[j+3], z4+b[j+4]
		}
	}
	return j
}

// subtractFives subtracts rate Σ_x δ_j a_k from each w_jk, for fives of the neurons lo to hi−1, and returns the next j.
func subtractFives(w [][]float64, rate float64, passes []pass, l, lo, hi int) (j int) {
	for j = lo; j+5 <= hi; j += 5 {
		w0 := w[j]
		w1, w2, w3, w4 := w[j+1][:len(w0)], w[j+2][:len(w0)], w[j+3][:len(w0)], w[j+4][:len(w0)]
		for i := range passes {
			at := passes[i].at[l-1]
			ink := passes[i].ink[l-1][:len(at)]
			d := passes[i].delta[l][j : j+5]
			d0, d1, d2, d3, d4 := rate*d[0], rate*d[1], rate*d[2], rate*d[3], rate*d[4]
			for n, k := range at {
				a := ink[n]
				w0[k] -= d0 * a
				w1[k] -= d1 * a
				w2[k] -= d2 * a
				w3[k] -= d3 * a
				w4[k] -= d4 * a
			}
		}
	}
	return j
}
