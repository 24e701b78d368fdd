package nndl

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
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

// A Cost says by one number, in nats where it is a logarithm, how far the
// activations a = a^L of the output layer are from the desired output y.
// All slices have the length of the output layer.
type Cost interface {
	Of(a, y []float64) float64     // C
	Gradient(grad, a, y []float64) // sets grad_j = ∂C/∂a_j; grad may be a
	// OfZ returns C from the weighted inputs z of an output layer that the cost
	// matches. It stays finite where a neuron saturates and Of is infinite.
	OfZ(z, y []float64) float64
	// Matches reports whether cost and output layer belong together, so that
	// δ^L = a − y. The error says why a pair cannot learn, and which can.
	Matches(output any) (bool, error)
	String() string // the name of the cost in a saved network
}

// outputError sets delta to δ^L = ∂C/∂z^L by (BP1), δ^L = ∇_a C ⊙ σ'(z^L), or its
// generalisation where a_j depends on all of z^L, and returns C. Where cost and
// layer match, all but a − y cancels. It must: once a neuron has saturated, the
// product would be 0/0.
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
	const why = "%s neurons cannot learn by gradient descent: a small change of a weight changes nothing, or flips the answer; use sigmoid neurons"
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
// is ∂C/∂b^l_j. The error says why a network cannot learn under this cost. It
// panics unless x and y have the lengths of the input and the output layer.
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

	for l := 1; l <= L; l++ { // (BP4) ∂C/∂w^l_jk = a^(l−1)_k δ^l_j
		for j, w := range nabla.Weights[l] {
			for k := range w {
				w[k] = a[l-1][k] * delta[l][j]
			}
		}
	}
	return nabla, nil
}

// Data is a set of examples. It is called from several goroutines at once.
type Data interface {
	Len() int
	// Example sets x and y to the input and the desired output of example i.
	Example(i int, x, y []float64)
}

// SGD is stochastic gradient descent (2.2). For each mini-batch of m
// examples in turn it changes every weight and bias by
//
//	w ← w − (η/m) Σ_x ∂C_x/∂w − η(λ/n) w − η(λ₁/n) sgn(w)
//	b ← b − (η/m) Σ_x ∂C_x/∂b
//
// where n is the size of the training set: the terms in λ (L2) and λ₁ (L1) keep
// weights small. With momentum μ ≠ 0 these changes are made to a velocity,
// v ← μv − …, and then w ← w + v.
//
// A run is fixed by its seed, bit for bit, whatever the number of workers. An
// SGD and its copies train one network at a time.
type SGD struct {
	Cost      Cost
	Eta       float64 // η, the learning rate, > 0
	BatchSize int     // m ≥ 1; the last mini-batch of an epoch may be shorter
	Lambda    float64 // λ ≥ 0, L2 regularisation
	Lambda1   float64 // λ₁ ≥ 0, L1 regularisation
	Momentum  float64 // μ, 0 for none, else useful between 0 and 1
	Seed      uint64  // fixes the order of the examples in every epoch
	Workers   int     // goroutines at most, 0 for one a core

	// Velocity holds v for every weight and bias. It is made by the first step
	// with momentum; keep it with the network to continue later.
	Velocity *Network

	crew *crew
}

// ErrNotFinite is what the errors of Step and Epoch wrap when cost or
// weights have become infinite or NaN: the learning rate is too large.
var ErrNotFinite = errors.New("not finite")

// Check returns an error unless these settings can train net on n examples: it
// says which setting makes no sense, or why the network cannot learn.
func (s *SGD) Check(net *Network, n int) error {
	switch {
	case n < 1:
		return errors.New("no examples to learn from")
	case !(s.Eta > 0) || math.IsInf(s.Eta, 0):
		return fmt.Errorf("learning rate η = %v; it must be above 0 and finite", s.Eta)
	case s.BatchSize < 1:
		return fmt.Errorf("mini-batches of %d examples; they need at least 1", s.BatchSize)
	case !(s.Lambda >= 0) || s.Eta*s.Lambda >= float64(n):
		return fmt.Errorf("L2 regularisation λ = %v; it must be at least 0, and below n/η = %v to leave something of a weight",
			s.Lambda, float64(n)/s.Eta)
	case !(s.Lambda1 >= 0) || math.IsInf(s.Lambda1, 0):
		return fmt.Errorf("L1 regularisation λ₁ = %v; it must be at least 0 and finite", s.Lambda1)
	case math.IsInf(s.Momentum, 0) || math.IsNaN(s.Momentum):
		return fmt.Errorf("momentum μ = %v; it must be finite", s.Momentum)
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
// data that batch numbers, and returns the sum of their costs before it.
// If that is not finite it changes nothing and returns an error.
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

	c.run(c.learn) // step 1 of (2.2)
	sum := 0.0
	for i := range batch {
		sum += c.rows[i].cost
	}
	if math.IsInf(sum, 0) || math.IsNaN(sum) {
		return 0, fmt.Errorf("cost %w: %v", ErrNotFinite, sum)
	}
	c.run(c.descend) // step 2
	return sum, nil
}

// A crew is the goroutines that share the work on a mini-batch, and what they
// work on. In step 1 each takes some of the examples, in step 2 some of the
// neurons of each layer. These are independent of one another, so that no
// sum is ever taken in another order.
type crew struct {
	sgd   *SGD
	net   *Network
	data  Data
	batch []int
	rows  []row // rows[i] is for example batch[i]

	parts   int      // goroutines that share the present mini-batch
	learn   []func() // learn[p] does part p of step 1
	descend []func() // descend[p] does part p of step 2
	done    sync.WaitGroup
}

// worthSharing is the number of multiplications below which a step is done sooner than
// it is handed to another goroutine.
const worthSharing = 500_000

// prepare makes c ready for a mini-batch. It takes memory only for the first
// one, and for one that is larger than those before.
func (c *crew) prepare(s *SGD, net *Network, data Data, batch []int) {
	c.sgd, c.net, c.data, c.batch = s, net, data, batch

	work := 0 // as much as the last mini-batch was
	for i := range c.rows {
		work += c.rows[i].work()
	}
	c.parts = 1
	if work > worthSharing {
		c.parts = workers(s.Workers, len(batch))
	}

	if len(c.rows) > 0 && !slices.Equal(c.rows[0].sizes, net.Sizes) {
		c.rows = nil
	}
	for len(c.rows) < len(batch) {
		c.rows = append(c.rows, newRow(net.Sizes))
	}
	for p := len(c.learn); p < c.parts; p++ {
		c.learn = append(c.learn, func() {
			defer c.done.Done()
			c.learnPart(p)
		})
		c.descend = append(c.descend, func() {
			defer c.done.Done()
			c.descendPart(p)
		})
	}
}

// workers returns the number of goroutines for n tasks: as many as asked for,
// 0 for one a core, but not more than tasks.
func workers(asked, n int) int {
	if asked == 0 {
		asked = runtime.GOMAXPROCS(0)
	}
	return max(1, min(asked, n))
}

// run does all parts of a step, the first one itself, and waits for the others.
func (c *crew) run(step []func()) {
	c.done.Add(c.parts)
	for p := 1; p < c.parts; p++ {
		go step[p]()
	}
	step[0]()
	c.done.Wait()
}

// part returns the bounds of part p of n things.
func (c *crew) part(p, n int) (lo, hi int) {
	return n * p / c.parts, n * (p + 1) / c.parts
}

// learnPart feeds its examples forward and their errors back.
func (c *crew) learnPart(p int) {
	hidden, output, _ := learners(c.net, c.sgd.Cost)
	for i, hi := c.part(p, len(c.batch)); i < hi; i++ {
		r := &c.rows[i]
		c.data.Example(c.batch[i], r.a[0], r.y)
		r.forward(c.net)
		r.backward(c.net, c.sgd.Cost, hidden, output)
	}
}

// descendPart takes the step for its neurons of each layer.
func (c *crew) descendPart(p int) {
	s := c.sgd
	rate := s.Eta / float64(len(c.batch))
	decay := s.Eta * s.Lambda / float64(c.data.Len())
	decay1 := s.Eta * s.Lambda1 / float64(c.data.Len())
	for l := 1; l < len(c.net.Sizes); l++ {
		lo, hi := c.part(p, c.net.Sizes[l])
		w, b := c.net.Weights[l], c.net.Biases[l]
		vw, vb := w, b // where the change is made
		if s.Momentum != 0 {
			vw, vb = s.Velocity.Weights[l], s.Velocity.Biases[l]
		}
		for j := lo; j < hi; j++ {
			if s.Momentum != 0 {
				vb[j] *= s.Momentum
				for k := range vw[j] {
					vw[j][k] *= s.Momentum
				}
			}
			if decay != 0 || decay1 != 0 {
				for k, x := range w[j] {
					vw[j][k] -= decay*x + decay1*sgn(x)
				}
			}
			for i := range c.batch {
				vb[j] -= rate * c.rows[i].delta[l][j]
			}
		}
		subtract(vw[lo:hi], c.rows[:len(c.batch)], l, lo, rate)
		if s.Momentum != 0 {
			for j := lo; j < hi; j++ {
				b[j] += vb[j]
				for k := range w[j] {
					w[j][k] += vw[j][k]
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
// returns, the errors, and for every layer a list of the neurons that are not
// silent. Most pixels of a digit are paper, a_k = 0, and add nothing to any z
// and nothing to any ∂C/∂w.
type row struct {
	sizes       []int
	z, a, delta [][]float64
	inked       [][]ink // inked[l] lists the a^l_k ≠ 0 by ascending k
	y           []float64
	cost        float64
}

// An ink is an activation that is not 0.
type ink struct {
	k int // its neuron
	a float64
}

func newRow(sizes []int) row {
	r := row{
		sizes: sizes,
		z:     make([][]float64, len(sizes)),
		a:     make([][]float64, len(sizes)),
		delta: make([][]float64, len(sizes)),
		inked: make([][]ink, len(sizes)),
		y:     make([]float64, sizes[len(sizes)-1]),
	}
	for l, n := range sizes {
		r.z[l] = make([]float64, n)
		r.a[l] = make([]float64, n)
		r.delta[l] = make([]float64, n)
		r.inked[l] = make([]ink, 0, n)
	}
	return r
}

// work returns the number of multiplications that step 1 or step 2 needs for r.
func (r *row) work() int {
	sum := 0
	for l := 1; l < len(r.sizes); l++ {
		sum += r.sizes[l] * len(r.inked[l-1])
	}
	return sum
}

// forward does for the input r.a[0] what Activations does.
func (r *row) forward(net *Network) {
	for l := 1; l < len(r.sizes); l++ {
		inked := r.inked[l-1][:0]
		for k, a := range r.a[l-1] {
			if a != 0 {
				inked = append(inked, ink{k, a})
			}
		}
		r.inked[l-1] = inked
		weigh(r.z[l], net.Weights[l], net.Biases[l], inked)
		net.Kind(l).Activate(r.a[l], r.z[l])
	}
}

// backward does (BP1) and (BP2) as Gradient does.
func (r *row) backward(net *Network, cost Cost, hidden, output Differentiable) {
	L := len(r.sizes) - 1
	r.cost = outputError(r.delta[L], cost, output, r.z[L], r.a[L], r.y)
	for l := L - 1; l >= 1; l-- {
		weighBack(r.delta[l], net.Weights[l+1], r.delta[l+1])
		hidden.Backward(r.delta[l], r.z[l], r.a[l], r.delta[l])
	}
}

// weigh sets z_j = Σ_k w_jk a_k + b_j. It takes four neurons at a time, which share
// the reading of each k and a_k; each z_j is still one sum in the order of k.
func weigh(z []float64, w [][]float64, b []float64, inked []ink) {
	j := 0
	for ; j+4 <= len(w); j += 4 {
		w0 := w[j]
		w1, w2, w3 := w[j+1][:len(w0)], w[j+2][:len(w0)], w[j+3][:len(w0)]
		var z0, z1, z2, z3 float64
		for _, in := range inked {
			z0 += w0[in.k] * in.a
			z1 += w1[in.k] * in.a
			z2 += w2[in.k] * in.a
			z3 += w3[in.k] * in.a
		}
		z[j], z[j+1], z[j+2], z[j+3] = z0+b[j], z1+b[j+1], z2+b[j+2], z3+b[j+3]
	}
	for ; j < len(w); j++ {
		sum := 0.0
		for _, in := range inked {
			sum += w[j][in.k] * in.a
		}
		z[j] = sum + b[j]
	}
}

// weighBack sets out_k = Σ_j w_jk delta_j.
func weighBack(out []float64, w [][]float64, delta []float64) {
	clear(out)
	j := 0
	for ; j+4 <= len(w); j += 4 {
		w0, w1, w2, w3 := w[j][:len(out)], w[j+1][:len(out)], w[j+2][:len(out)], w[j+3][:len(out)]
		d0, d1, d2, d3 := delta[j], delta[j+1], delta[j+2], delta[j+3]
		for k, sum := range out {
			sum += w0[k] * d0
			sum += w1[k] * d1
			sum += w2[k] * d2
			sum += w3[k] * d3
			out[k] = sum
		}
	}
	for ; j < len(w); j++ {
		for k := range out {
			out[k] += w[j][k] * delta[j]
		}
	}
}

// subtract takes rate Σ_x δ_j(x) a_k(x) from each weight.
func subtract(w [][]float64, rows []row, l, first int, rate float64) {
	j := 0
	for ; j+4 <= len(w); j += 4 {
		w0 := w[j]
		w1, w2, w3 := w[j+1][:len(w0)], w[j+2][:len(w0)], w[j+3][:len(w0)]
		for i := range rows {
			delta := rows[i].delta[l][first+j:]
			d0, d1, d2, d3 := rate*delta[0], rate*delta[1], rate*delta[2], rate*delta[3]
			for _, in := range rows[i].inked[l-1] {
				w0[in.k] -= d0 * in.a
				w1[in.k] -= d1 * in.a
				w2[in.k] -= d2 * in.a
				w3[in.k] -= d3 * in.a
			}
		}
	}
	for ; j < len(w); j++ {
		for i := range rows {
			d := rate * rows[i].delta[l][first+j]
			for _, in := range rows[i].inked[l-1] {
				w[j][in.k] -= d * in.a
			}
		}
	}
}

// Correct returns how many examples of data the network answers correctly: its
// largest output is where the largest desired output is. It runs on the given
// number of goroutines, 0 for one a core.
func Correct(net *Network, data Data, goroutines int) int {
	parts := workers(goroutines, data.Len())
	correct := make([]int, parts)
	var done sync.WaitGroup
	for p := range parts {
		done.Add(1)
		go func() {
			defer done.Done()
			r := newRow(net.Sizes)
			count := 0
			for i := data.Len() * p / parts; i < data.Len()*(p+1)/parts; i++ {
				data.Example(i, r.a[0], r.y)
				r.forward(net)
				if Argmax(r.a[len(r.a)-1]) == Argmax(r.y) {
					count++
				}
			}
			correct[p] = count
		}()
	}
	done.Wait()
	sum := 0
	for _, n := range correct {
		sum += n
	}
	return sum
}
