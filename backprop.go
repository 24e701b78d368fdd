package nndl

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// How should 24,000 weights change so that a network answers better? Say how
// bad its answers are by one number, the cost C, and go downhill: change
// each weight in proportion to −∂C/∂w. Backpropagation finds all these
// derivatives at the price of two passes through the network. It asks first how C
// changes with the weighted inputs of the last layer, δ^L = ∂C/∂z^L, the
// "error" of these neurons; hands the errors back along the weights, layer by
// layer; and reads ∂C/∂w and ∂C/∂b off the errors.
//
// It is written twice. Gradient is the four equations, to be read. SGD,
// stochastic gradient descent, does the same a mini-batch of examples at a
// time, to be run. Neither knows any particular cost: these are in cost.go.

// A Cost says by one number how far the activations a = a^L of the output layer
// are from the desired output y; where it is a logarithm, it is the natural one.
// All slices have the length of the output layer.
type Cost interface {
	Of(a, y []float64) float64     // C
	Gradient(grad, a, y []float64) // sets grad_j = ∂C/∂a_j; grad may be a
	// OfZ returns C from the weighted inputs z of an output layer that the cost
	// matches. It stays finite where a neuron saturates and Of is infinite.
	OfZ(z, y []float64) float64
	// Matches says how the cost goes with a kind of output layer: (true, nil) if
	// they belong together, so that δ^L = a − y; (false, nil) if they can learn,
	// by Gradient and the layer's Backward; (false, err) if they cannot, and err
	// says why and what can. output is an Activation (any, so that a cost can be
	// copied without it).
	Matches(output any) (bool, error)
	String() string // the name of the cost in a saved network
}

// outputError sets delta to δ^L = ∂C/∂z^L and returns C. By (BP1),
// δ^L = ∇_a C ⊙ σ'(z^L): for each neuron j the product of ∂C/∂a_j and σ'(z_j), or its
// generalisation where a_j depends on all of z^L. Where cost and layer match, all but
// a − y cancels, and the code must use that: once a neuron has saturated, the product
// may be infinity times 0.
func outputError(delta []float64, cost Cost, output Differentiable, z, a, y []float64) float64 {
	if matches, _ := cost.Matches(output); matches {
		for j := range delta {
			delta[j] = a[j] - y[j]
		}
		return cost.OfZ(z, y)
	}
	cost.Gradient(delta, a, y)
	output.Backward(delta, z, a, delta)
	return cost.Of(a, y)
}

// learners returns the hidden and output neurons of net as neurons that can
// learn under the cost, or the reason why they cannot.
func learners(net *Network, cost Cost) (hidden, output Differentiable, err error) {
	const why = "%v neurons cannot learn by gradient descent: they have no derivative (no method Backward); the answer of a perceptron stays or flips, so use sigmoid neurons"
	if cost == nil {
		return nil, nil, errors.New("no cost to be made smaller")
	}
	output, ok := net.Output.(Differentiable)
	if !ok {
		return nil, nil, fmt.Errorf(why, net.Output)
	}
	if len(net.Sizes) > 2 {
		if hidden, ok = net.Hidden.(Differentiable); !ok {
			return nil, nil, fmt.Errorf(why, net.Hidden)
		}
	}
	_, err = cost.Matches(output)
	return hidden, output, err
}

// Gradient returns ∇C for one example, the input x and the desired output y, in
// the shape of the network: its Weights[l][j][k] is ∂C/∂w^l_jk, its Biases[l][j]
// is ∂C/∂b^l_j; its Hidden and Output are nil. The error says why the network cannot
// learn under this cost. It panics unless x and y have the lengths of the input and
// the output layer.
func Gradient(net *Network, cost Cost, x, y []float64) (*Network, error) {
	hidden, output, err := learners(net, cost)
	if err != nil {
		return nil, err
	}
	L := len(net.Sizes) - 1
	if len(y) != net.Sizes[L] {
		panic(fmt.Sprintf("a desired output of %d numbers for a network of %d outputs", len(y), net.Sizes[L]))
	}
	z, a := net.Activations(x)

	nabla := New(nil, net.Sizes...)
	delta := nabla.Biases // (BP3) ∂C/∂b^l_j = δ^l_j: the one is the other

	outputError(delta[L], cost, output, z[L], a[L], y) // (BP1)

	for l := L - 1; l >= 1; l-- { // (BP2) δ^l = ((w^(l+1))ᵀ δ^(l+1)) ⊙ σ'(z^l)
		for j, w := range net.Weights[l+1] {
			for k := range w {
				delta[l][k] += w[k] * delta[l+1][j]
			}
		}
		hidden.Backward(delta[l], z[l], a[l], delta[l])
	}

	for l := range nabla.Weights { // (BP4) ∂C/∂w^l_jk = a^(l−1)_k δ^l_j
		for j, w := range nabla.Weights[l] {
			for k := range w {
				w[k] = a[l-1][k] * delta[l][j]
			}
		}
	}
	return nabla, nil
}

// Data is a set of examples.
type Data interface {
	Len() int
	// Example sets every number of x and y, to the input and the desired output of
	// example i, from 0 to Len() − 1. It is called from several goroutines at once.
	Example(i int, x, y []float64)
}

// SGD is stochastic gradient descent, section 2.2. For each mini-batch of m
// examples in turn, step 1 finds the errors of every example, and step 2 changes
// every weight and bias:
//
//	w ← w − (η/m) Σ_x ∂C_x/∂w − η(λ/n) w − η(λ₁/n) sgn(w)
//	b ← b − (η/m) Σ_x ∂C_x/∂b
//
// where n is the size of the training set: the terms in λ (L2) and λ₁ (L1) keep
// weights small. With momentum μ ≠ 0 these changes are made to a velocity,
// v ← μv − …, and then w ← w + v.
//
// The same seed gives the same run, bit for bit, whatever the number of workers (on
// one kind of processor: some round only once for a product and a sum). An SGD and
// its copies share memory: use them from one goroutine at a time.
type SGD struct {
	Cost      Cost
	Eta       float64 // η, the learning rate, > 0
	BatchSize int     // m ≥ 1; the last mini-batch of an epoch may be shorter
	Lambda    float64 // λ ≥ 0, L2 regularisation
	Lambda1   float64 // λ₁ ≥ 0, L1 regularisation
	Momentum  float64 // μ: 0 for none, usually below 1
	Seed      uint64  // fixes the order of the examples in every epoch
	Workers   int     // goroutines at most, 0 for one a core

	// Velocity holds v for every weight and bias. The first step with momentum
	// makes it; keep it with the network to go on later, and set it to nil for
	// another network.
	Velocity *Network

	crew *crew
}

// ErrNotFinite is wrapped by the error of Step when the cost, and by that of Epoch
// when the cost, a weight or a bias, is infinite or NaN. As a rule the learning rate
// is too large.
var ErrNotFinite = errors.New("not finite")

// Check returns an error unless these settings can train net on n examples: it
// says which setting makes no sense, or why the network cannot learn.
func (s *SGD) Check(net *Network, n int) error {
	switch {
	case n < 1:
		return errors.New("no examples to learn from")
	case !(s.Eta > 0 && finite(s.Eta)):
		return fmt.Errorf("learning rate η = %v; it must be above 0 and finite", s.Eta)
	case s.BatchSize < 1:
		return fmt.Errorf("mini-batches of %d examples; they need at least 1", s.BatchSize)
	case !(s.Lambda >= 0) || s.Eta*s.Lambda >= float64(n):
		return fmt.Errorf("L2 regularisation λ = %v; it must be at least 0, and below n/η = %v to leave something of a weight",
			s.Lambda, float64(n)/s.Eta)
	case !(s.Lambda1 >= 0 && finite(s.Lambda1)):
		return fmt.Errorf("L1 regularisation λ₁ = %v; it must be at least 0 and finite", s.Lambda1)
	case !finite(s.Momentum):
		return fmt.Errorf("momentum μ = %v; it must be finite", s.Momentum)
	case s.Velocity != nil && !slices.Equal(s.Velocity.Sizes, net.Sizes):
		return fmt.Errorf("the velocity of a network of layers %v for one of %v", s.Velocity.Sizes, net.Sizes)
	case s.Workers < 0:
		return fmt.Errorf("%d workers; 0 stands for one a core", s.Workers)
	}
	_, _, err := learners(net, s.Cost)
	return err
}

// Order returns the numbers 0 to n−1 in the order in which the given epoch
// takes the examples. It depends on Seed, n and epoch alone, so that a run
// that was stopped after any epoch can go on as if it had not been.
func (s *SGD) Order(n, epoch int) []int {
	return rand.New(rand.NewPCG(s.Seed, uint64(epoch))).Perm(n)
}

// Epoch trains net once on all of data, a mini-batch at a time, and returns
// the mean cost of the examples, each taken before its own mini-batch's step
// and without regularisation. The error says which setting makes no sense, why
// the network cannot learn, or that cost or weights are no longer finite.
func (s *SGD) Epoch(net *Network, data Data, epoch int) (float64, error) {
	if err := s.Check(net, data.Len()); err != nil {
		return 0, err
	}
	sum := 0.0
	for rest := s.Order(data.Len(), epoch); len(rest) > 0; {
		batch := rest[:min(s.BatchSize, len(rest))]
		rest = rest[len(batch):]
		cost, err := s.Step(net, data, batch)
		if err != nil {
			return 0, err
		}
		sum += cost
	}
	if err := net.Finite(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotFinite, err)
	}
	return sum / float64(data.Len()), nil
}

// Step makes one step of gradient descent on a mini-batch, the examples of
// data that batch numbers (from 0 to data.Len() − 1), and returns the sum of their
// costs before it. If that is not finite, the error wraps ErrNotFinite; otherwise it
// is that of Check, or says that batch is empty. With an error no weight changes.
func (s *SGD) Step(net *Network, data Data, batch []int) (float64, error) {
	if err := s.Check(net, data.Len()); err != nil {
		return 0, err
	}
	if len(batch) == 0 {
		return 0, errors.New("no examples in the mini-batch")
	}
	if s.Momentum != 0 && s.Velocity == nil {
		s.Velocity = New(nil, net.Sizes...)
	}
	if s.crew == nil {
		s.crew = new(crew)
	}
	c := s.crew
	c.prepare(s, net, data, batch)

	c.run((*crew).learn)
	sum := 0.0
	for i := range batch {
		sum += c.rows[i].cost
	}
	if !finite(sum) {
		return 0, fmt.Errorf("cost %w: %v", ErrNotFinite, sum)
	}
	c.run((*crew).descend)
	return sum, nil
}

// You may stop reading here. What follows gives the numbers that Gradient gives,
// sooner.

// A crew is the goroutines that share the work on a mini-batch, and what they
// work on. In step 1 each takes some of the examples, in step 2 some of the
// neurons of each layer. These do not depend on one another, so that no sum
// is ever taken in another order.
type crew struct {
	sgd   *SGD
	net   *Network
	data  Data
	batch []int
	sizes []int // of the network that rows and inputs are made for
	rows  []row // rows[i] is for example batch[i]

	parts  int // into which the present mini-batch is shared
	step   func(c *crew, part int)
	hands  []func() // hands[part] does its part of step; kept, as making one allocates
	inputs [][]float64
	done   sync.WaitGroup
}

// worthSharing is the number of multiplications up to which one goroutine alone
// finishes sooner than two that share them.
const worthSharing = 1_000_000

// atOnce is how many examples pass the weights of five neurons before the next five
// come: as many as the processor's first-level cache has room for.
const atOnce = 10

// prepare makes c ready for a mini-batch. It takes memory only for the first
// one, and for one that is larger than those before.
func (c *crew) prepare(s *SGD, net *Network, data Data, batch []int) {
	work := 0 // that of the mini-batch before, as a guess of this one's
	for i := range c.batch {
		for l, at := range c.rows[i].at[:len(c.net.Sizes)-1] {
			work += len(at) * c.net.Sizes[l+1]
		}
	}
	c.sgd, c.net, c.data, c.batch = s, net, data, batch
	c.parts = 1
	if work > worthSharing {
		c.parts = workers(s.Workers, len(batch))
	}
	if !slices.Equal(c.sizes, net.Sizes) {
		c.sizes, c.rows, c.inputs = net.Sizes, nil, nil
	}
	for p := len(c.hands); p < c.parts; p++ {
		c.hands = append(c.hands, func() {
			c.step(c, p)
			c.done.Done()
		})
	}
	for len(c.inputs) < c.parts {
		c.inputs = append(c.inputs, make([]float64, net.Sizes[0]))
	}
	if missing := len(batch) - len(c.rows); missing > 0 {
		c.rows = append(c.rows, newRows(net.Sizes, missing)...)
	}
}

// workers returns the number of goroutines for n tasks: as many as asked for,
// 0 for one a core, but not more than tasks.
func workers(asked, n int) int {
	if asked < 1 {
		asked = runtime.GOMAXPROCS(0)
	}
	return min(asked, n)
}

// run does all parts of a step, the first one itself, and waits for the others.
func (c *crew) run(step func(*crew, int)) {
	c.step = step
	c.done.Add(c.parts - 1)
	for p := 1; p < c.parts; p++ {
		go c.hands[p]()
	}
	step(c, 0)
	c.done.Wait()
}

// learn is step 1: it feeds a part of the examples forward and their
// errors back.
func (c *crew) learn(part int) {
	hidden, output, _ := learners(c.net, c.sgd.Cost)
	end := len(c.batch) * (part + 1) / c.parts
	for lo, hi := len(c.batch)*part/c.parts, 0; lo < end; lo = hi {
		hi = min(lo+atOnce, end)
		for i := lo; i < hi; i++ {
			c.rows[i].read(c.data, c.batch[i], c.inputs[part])
		}
		forward(c.net, c.rows[lo:hi])
		for i := lo; i < hi; i++ {
			c.rows[i].backward(c.net, c.sgd.Cost, hidden, output)
		}
	}
}

// descend is step 2: it changes the weights and biases of a part of the
// neurons of each layer.
func (c *crew) descend(part int) {
	s, rows := c.sgd, c.rows[:len(c.batch)]
	rate := s.Eta / float64(len(rows))
	l2 := s.Eta * s.Lambda / float64(c.data.Len())
	l1 := s.Eta * s.Lambda1 / float64(c.data.Len())
	for l := 1; l < len(c.net.Sizes); l++ {
		lo, hi := c.net.Sizes[l]*part/c.parts, c.net.Sizes[l]*(part+1)/c.parts
		w, b := c.net.Weights[l], c.net.Biases[l]
		v, vb := w, b // what changes: the velocities, or without momentum w and b
		if s.Momentum != 0 {
			v, vb = s.Velocity.Weights[l], s.Velocity.Biases[l]
			for j := lo; j < hi; j++ {
				vb[j] *= s.Momentum
				for k := range v[j] {
					v[j][k] *= s.Momentum
				}
			}
		}
		if l2 != 0 || l1 != 0 {
			for j := lo; j < hi; j++ {
				for k, x := range w[j] {
					v[j][k] -= l2*x + l1*sgn(x)
				}
			}
		}
		for i := 0; i < len(rows); i += atOnce {
			add(-rate, v, vb, rows[i:min(i+atOnce, len(rows))], l, lo, hi)
		}
		if s.Momentum != 0 {
			for j := lo; j < hi; j++ {
				b[j] += vb[j]
				for k := range w[j] {
					w[j][k] += v[j][k]
				}
			}
		}
	}
}

// sgn returns the sign of x: −1, 0 or 1.
func sgn(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// A row is one example on its way through the network: what Activations
// returns, the errors, and for each layer a list of the activations that are not
// 0, its ink. Most pixels of a digit are paper, a_k = 0, and add nothing to any z
// and nothing to any ∂C/∂w: only the ink is visited.
type row struct {
	z, a, delta [][]float64 // those of layer 0 are empty: of the input only the ink counts
	at          [][]int32   // at[l] is the neurons k of layer l with a_k ≠ 0, ascending
	ink         [][]float64 // ink[l] is their a_k
	y           []float64
	cost        float64
}

// newRows returns n rows for networks of these sizes.
func newRows(sizes []int, n int) []row {
	rows := make([]row, n)
	for i := range rows {
		r := &rows[i]
		r.y = make([]float64, sizes[len(sizes)-1])
		for l, n := range sizes {
			r.at = append(r.at, make([]int32, n))
			r.ink = append(r.ink, make([]float64, n))
			if l == 0 {
				n = 0
			}
			r.z = append(r.z, make([]float64, n))
			r.a = append(r.a, make([]float64, n))
			r.delta = append(r.delta, make([]float64, n))
		}
	}
	return rows
}

// inked is Data that lists its own ink, as Digits does: for a small network, writing
// all of x and searching it for ink takes longer than using it. listInk returns the
// number of inked k, or -1 if data, which it is called for, is of another type: one that
// embeds such Data may have another Example.
type inked interface {
	listInk(data any, i int, at []int32, ink, y []float64) (n int)
}

// read makes r the row of example i of data, by way of x if it must.
func (r *row) read(data Data, i int, x []float64) {
	if d, ok := data.(inked); ok {
		at, ink := r.at[0][:len(x)], r.ink[0][:len(x)]
		if n := d.listInk(data, i, at, ink, r.y); n >= 0 {
			r.at[0], r.ink[0] = at[:n], ink[:n]
			return
		}
	}
	data.Example(i, x, r.y)
	r.listInk(0, x)
}

// listInk lists the a_k ≠ 0 of layer l. It writes every k and a_k down and keeps
// the place of those that are 0 for the next: a branch that the processor
// cannot foresee would take longer. (Compared as bits, −0 counts as ink; it adds 0.)
func (r *row) listInk(l int, a []float64) {
	at, ink := r.at[l][:len(a)], r.ink[l][:len(a)]
	n := 0
	for k, x := range a {
		at[n], ink[n] = int32(k), x
		if math.Float64bits(x) != 0 {
			n++
		}
	}
	r.at[l], r.ink[l] = at[:n], ink[:n]
}

// forward does for the example of each row what Activations does.
func forward(net *Network, rows []row) {
	for l := 1; l < len(net.Sizes); l++ {
		weigh(net.Weights[l], net.Biases[l], rows, l)
		for i := range rows {
			net.Kind(l).Activate(rows[i].a[l], rows[i].z[l])
			rows[i].listInk(l, rows[i].a[l])
		}
	}
}

// backward does (BP1) and (BP2) as Gradient does.
func (r *row) backward(net *Network, cost Cost, hidden, output Differentiable) {
	L := len(net.Sizes) - 1
	r.cost = outputError(r.delta[L], cost, output, r.z[L], r.a[L], r.y)
	for l := L - 1; l >= 1; l-- {
		weighBack(r.delta[l], net.Weights[l+1], r.delta[l+1])
		hidden.Backward(r.delta[l], r.z[l], r.a[l], r.delta[l])
	}
}

// weigh sets z_j = Σ_k w_jk a_k + b_j in every row. It takes five neurons at a time,
// which share the reading of k and a_k, and for these five all rows, while their
// weights are in the cache. Each z_j is still one sum in the order of k, and so the
// same to the bit as that of Activations.
func weigh(w [][]float64, b []float64, rows []row, l int) {
	j := 0
	for ; j+5 <= len(w); j += 5 {
		w0 := w[j]
		w1, w2, w3, w4 := w[j+1][:len(w0)], w[j+2][:len(w0)], w[j+3][:len(w0)], w[j+4][:len(w0)]
		for i := range rows {
			at := rows[i].at[l-1]
			ink := rows[i].ink[l-1][:len(at)]
			var z0, z1, z2, z3, z4 float64
			for n, k := range at {
				a := ink[n]
				z0 += w0[k] * a
				z1 += w1[k] * a
				z2 += w2[k] * a
				z3 += w3[k] * a
				z4 += w4[k] * a
			}
			z := rows[i].z[l][j : j+5]
			z[0], z[1], z[2], z[3], z[4] = z0+b[j], z1+b[j+1], z2+b[j+2], z3+b[j+3], z4+b[j+4]
		}
	}
	for ; j < len(w); j++ {
		for i := range rows {
			sum := 0.0
			for n, k := range rows[i].at[l-1] {
				sum += w[j][k] * rows[i].ink[l-1][n]
			}
			rows[i].z[l][j] = sum + b[j]
		}
	}
}

// weighBack sets out_k = Σ_j w_jk delta_j, five neurons j at a time, which share the
// reading and writing of out_k; each is still one sum in the order of j.
func weighBack(out []float64, w [][]float64, delta []float64) {
	clear(out)
	j := 0
	for ; j+5 <= len(w); j += 5 {
		w0, w1, w2, w3, w4 := w[j][:len(out)], w[j+1][:len(out)], w[j+2][:len(out)], w[j+3][:len(out)], w[j+4][:len(out)]
		d0, d1, d2, d3, d4 := delta[j], delta[j+1], delta[j+2], delta[j+3], delta[j+4]
		for k, sum := range out {
			sum += w0[k] * d0
			sum += w1[k] * d1
			sum += w2[k] * d2
			sum += w3[k] * d3
			sum += w4[k] * d4
			out[k] = sum
		}
	}
	for ; j < len(w); j++ {
		for k := range out {
			out[k] += w[j][k] * delta[j]
		}
	}
}

// add adds rate Σ_x δ_j(x) a_k(x) to each weight and rate Σ_x δ_j(x) to each bias of
// the neurons lo to hi−1, five at a time as weigh does; to each weight the examples
// come one after the other.
func add(rate float64, w [][]float64, b []float64, rows []row, l, lo, hi int) {
	for i := range rows {
		for j := lo; j < hi; j++ {
			b[j] += rate * rows[i].delta[l][j]
		}
	}
	j := lo
	for ; j+5 <= hi; j += 5 {
		w0 := w[j]
		w1, w2, w3, w4 := w[j+1][:len(w0)], w[j+2][:len(w0)], w[j+3][:len(w0)], w[j+4][:len(w0)]
		for i := range rows {
			at := rows[i].at[l-1]
			ink := rows[i].ink[l-1][:len(at)]
			d := rows[i].delta[l][j : j+5]
			d0, d1, d2, d3, d4 := rate*d[0], rate*d[1], rate*d[2], rate*d[3], rate*d[4]
			for n, k := range at {
				a := ink[n]
				w0[k] += d0 * a
				w1[k] += d1 * a
				w2[k] += d2 * a
				w3[k] += d3 * a
				w4[k] += d4 * a
			}
		}
	}
	for ; j < hi; j++ {
		for i := range rows {
			d := rate * rows[i].delta[l][j]
			for n, k := range rows[i].at[l-1] {
				w[j][k] += d * rows[i].ink[l-1][n]
			}
		}
	}
}

// Correct returns how many examples of data the network answers correctly: its
// largest output is where the largest desired output is. If there is only one output,
// both or neither must be above 1/2. It runs on at most that many goroutines, 0 for
// one per core, and changes nothing.
func Correct(net *Network, data Data, goroutines int) int {
	var correct atomic.Int64
	var done sync.WaitGroup
	parts := workers(goroutines, data.Len())
	for p := range parts {
		done.Add(1)
		go func() {
			defer done.Done()
			rows, x := newRows(net.Sizes, atOnce), make([]float64, net.Sizes[0])
			end := data.Len() * (p + 1) / parts
			for lo, hi := data.Len()*p/parts, 0; lo < end; lo = hi {
				hi = min(lo+atOnce, end)
				for i := lo; i < hi; i++ {
					rows[i-lo].read(data, i, x)
				}
				forward(net, rows[:hi-lo])
				for _, r := range rows[:hi-lo] {
					a, y := r.a[len(r.a)-1], r.y
					if len(y) == 1 {
						a, y = []float64{0.5, a[0]}, []float64{0.5, y[0]}
					}
					if Argmax(a) == Argmax(y) {
						correct.Add(1)
					}
				}
			}
		}()
	}
	done.Wait()
	return int(correct.Load())
}
