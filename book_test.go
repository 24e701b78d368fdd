package nndl

import (
	"fmt"
	"math"
	"math/bits"
	"math/cmplx"
	"os"
	"slices"
	"testing"
)

// The solution book goes on with the exercises and problems of Nielsen's
// "Neural Networks and Deep Learning", chapters 1 to 3, that Sikdar's text
// leaves out or only uses. It is made as exercises_test.go is, whose helpers it
// shares; those of its own stand at the end.
//
//	go test -v -run Book

// The book's chapter 1

// Gradient descent when C is a function of one variable. The step Δv = −η C'(v)
// goes left where C rises and right where it falls, and is η times the slope long.
// On a parabola it multiplies v by 1 − η. It sees no further than the slope: it
// ends in the valley it starts in, and rests on a hilltop as well.
func TestBook1_GradientDescentInOneVariable(t *testing.T) {
	t.Log("Claim: in one variable Δv = −η C'(v) goes downhill, to the left where C rises and to the right where it falls, into the nearest valley")
	walk := func(t *testing.T, kind Differentiable, cost Cost, y, v, eta float64, steps int) float64 {
		net := oneNeuron(kind, v, 0)
		s := SGD{Cost: cost, Eta: eta, BatchSize: 1}
		for range steps {
			takeStep(t, &s, net, biasOnly(y), 0)
		}
		return net.Biases[1][0]
	}

	t.Run("the step is −η times the slope of C = ½(σ(v) − 0.3)², by central difference", func(t *testing.T) {
		c := func(v float64) float64 { return math.Pow(1/(1+math.Exp(-v))-0.3, 2) / 2 }
		for _, v := range []float64{-6, -2, -1, 0, 1, 6} {
			slope, step := derivative(c, v, 1e-4), walk(t, SigmoidNeurons, Quadratic, 0.3, v, 0.5, 1)-v
			atMost(t, fmt.Sprintf("v = %-3v slope %10.7f   step %10.7f", v, slope, step), "relative difference to −η slope", relative(step, -0.5*slope), 1e-7)
		}
	})

	t.Run("on the parabola C = ½v² ten steps multiply v by (1 − η)¹⁰: at η = 2 it gets nowhere, beyond it flees", func(t *testing.T) {
		for _, eta := range []float64{0.1, 0.5, 1, 1.5, 2, 2.5} {
			v := walk(t, LinearNeurons, Quadratic, 0, 1, eta, 10)
			atMost(t, fmt.Sprintf("η = %-4v v = %-10.6g", eta, v), "difference to (1 − η)¹⁰", math.Abs(v-math.Pow(1-eta, 10)), 1e-13)
		}
	})

	t.Run("it ends in the valley on its side of the hill, not in the deepest", func(t *testing.T) {
		f := func(v float64) float64 { return math.Sin(v) + v/5 } // C = ½(f(v) − 3)²
		wavy := bent{1, 0, f, func(v float64) float64 { return math.Cos(v) + 0.2 }}
		first := math.Acos(-0.2) // where f' = 0
		hill := 2*math.Pi - first
		for _, test := range []struct{ from, to float64 }{{0, first}, {hill - 0.01, first}, {hill + 0.01, first + 2*math.Pi}} {
			v := walk(t, wavy, Quadratic, 3, test.from, 0.2, 300)
			atMost(t, fmt.Sprintf("from v = %.3f to %.6f, C = %.3f", test.from, v, math.Pow(f(v)-3, 2)/2), "off the valley by", math.Abs(v-test.to), 1e-9)
		}
		v := walk(t, wavy, Quadratic, 3, 13, 0.2, 300)
		atMost(t, fmt.Sprintf("from v = 13 to %.6f, C = 0", v), "|f(v) − 3|", math.Abs(f(v)-3), 1e-12)
		atMost(t, fmt.Sprintf("from the hilltop v = %.6f, slope 0", hill), "moved by", math.Abs(walk(t, wavy, Quadratic, 3, hill, 0.2, 1)-hill), 1e-14)
	})
}

// Online learning, m = 1, against larger mini-batches. For it: as many steps in
// an epoch as there are examples. Against it: noise. A mini-batch's gradient is
// the full one on average, and its mean square distance from it is
// S²/m · (n − m)/(n − 1), where S² is that of single examples.
func TestBook1_OnlineLearning(t *testing.T) {
	t.Log("Claim: online learning (m = 1) takes m times as many steps in an epoch as mini-batches of m, each with about m times the variance")
	const n = 8
	data := randomExamples(1, n, 3, 2)
	net := randomNetwork(1, SigmoidNeurons, 3, 4, 2)
	full := stepOn(t, net, CrossEntropy, data, 1, 0, 1, 2, 3, 4, 5, 6, 7)
	single := 0.0 // S²
	for _, e := range data {
		g := gradientOf(t, net, CrossEntropy, e.X, e.Y)
		each(g, full, func(p, q *float64) { *p += *q })
		single += inner(g, g) / n
	}
	for _, m := range []int{1, 2, 3, 7, 8} {
		t.Run(fmt.Sprintf("all mini-batches of %d of %d examples: full gradient on average, S²/m · (n − m)/(n − 1) from it", m, n), func(t *testing.T) {
			count, square, mean := 0.0, 0.0, New(nil, net.Sizes...)
			for set := range uint(1 << n) {
				if bits.OnesCount(set) != m {
					continue
				}
				var batch []int
				for i := range n {
					if set>>i&1 == 1 {
						batch = append(batch, i)
					}
				}
				step := stepOn(t, net, CrossEntropy, data, 1, batch...)
				each(mean, step, func(p, q *float64) { *p += *q })
				each(step, full, func(p, q *float64) { *p -= *q })
				count, square = count+1, square+inner(step, step)
			}
			each(mean, full, func(p, _ *float64) { *p /= count })
			want := single / float64(m) * float64(n-m) / (n - 1)
			t.Logf("%2.0f mini-batches   mean square distance %.10f   by formula %.10f   mean is off by %.1g", count, square/count, want, distance(mean, full))
			if math.Abs(square/count-want) > 1e-12 || distance(mean, full) > 1e-14 {
				t.Errorf("mean square distance %v; want %v", square/count, want)
			}
		})
	}

	t.Run("examples that agree: an epoch of 100 shrinks the error by (1 − η)^(100/m)", func(t *testing.T) {
		same := make(Examples, 100)
		for i := range same {
			same[i] = biasOnly(0)[0]
		}
		for _, m := range []int{1, 20, 100} {
			net := oneNeuron(LinearNeurons, 1, 0)
			s := SGD{Cost: Quadratic, Eta: 0.1, BatchSize: m}
			if _, err := s.Epoch(net, same, 0); err != nil {
				t.Fatal(err)
			}
			left := net.Biases[1][0]
			atMost(t, fmt.Sprintf("m = %-4d error left %-11.4g", m, left), "relative difference to the formula", relative(left, math.Pow(0.9, 100/float64(m))), 1e-12)
		}
	})
}

// The component form of a' = σ(wa + b): a'_j = 1/(1 + exp(−Σ_k w_jk a_k − b_j)).
// The first index of w is the neuron that receives, the second the one that
// sends: that is why no transpose stands in the equation.
func TestBook1_ComponentForm(t *testing.T) {
	t.Log("Claim: a′ = σ(wa + b) is a′_j = 1/(1 + exp(−Σ_k w_jk a_k − b_j)) for every neuron, w_jk leading from k to j")
	ln := math.Log
	net := New(SigmoidNeurons, 3, 2, 2)
	net.Weights[1] = [][]float64{{ln(2), ln(3), ln(6)}, {ln(5), 0, ln(4)}}
	net.Biases[1] = []float64{0, -ln(5)}
	net.Weights[2] = [][]float64{{4 * ln(2), -5 * ln(3)}, {0, 10 * ln(2)}}
	net.Biases[2] = []float64{0, -ln(4)}

	t.Run("by hand: logarithms as weights make fractions of the activations", func(t *testing.T) {
		_, a := net.Activations([]float64{1, 2, -1})
		for _, test := range []struct {
			l, j int
			z    string
			want float64
		}{
			{1, 0, "1·ln 2 + 2·ln 3 − 1·ln 6 + 0 = ln 3", 3.0 / 4},
			{1, 1, "1·ln 5 + 2·0 − 1·ln 4 − ln 5 = −ln 4", 1.0 / 5},
			{2, 0, "¾·4 ln 2 − ⅕·5 ln 3 + 0 = ln 8/3", 8.0 / 11},
			{2, 1, "¾·0 + ⅕·10 ln 2 − ln 4 = 0", 1.0 / 2},
		} {
			t.Logf("z = %-40s a = %.15f   by hand %.15f", test.z, a[test.l][test.j], test.want)
			if relative(a[test.l][test.j], test.want) > 1e-15 {
				t.Errorf("neuron %d of layer %d: a = %v; want %v", test.j, test.l, a[test.l][test.j], test.want)
			}
		}
	})

	t.Run("fails with the indices exchanged: the hidden layer's ¾ and ⅕ no longer give 8/11", func(t *testing.T) {
		exchanged := net.Clone()
		exchanged.Weights[2] = transpose(net.Weights[2])
		a := exchanged.FeedForward([]float64{1, 2, -1})[0]
		t.Logf("¾·4 ln 2 + ⅕·0 = ln 8   a = %.15f   8/9 = %.15f", a, 8.0/9)
		if relative(a, 8.0/9) > 1e-15 {
			t.Errorf("a = %v; want 8/9", a)
		}
	})

	t.Run("fails in floating point: the order of the sum counts, 10¹⁶ + 1 − 10¹⁶ = 0", func(t *testing.T) {
		x := []float64{1, 1, 1}
		lost, kept := oneNeuron(SigmoidNeurons, 0, 1e16, 1, -1e16).FeedForward(x)[0], oneNeuron(SigmoidNeurons, 0, 1e16, -1e16, 1).FeedForward(x)[0]
		t.Logf("w = (10¹⁶, 1, −10¹⁶): a = %v   w = (10¹⁶, −10¹⁶, 1): a = %.4f", lost, kept)
		if lost != 0.5 || relative(kept, math.E/(1+math.E)) > 1e-15 {
			t.Errorf("a = %v and %v; want 1/2 and e/(1 + e)", lost, kept)
		}
	})
}

// A network with no hidden layer, 784 inputs and 10 outputs. It learns to read
// digits, and less well than with hidden neurons: each output only weighs ink
// against paper, pixel by pixel. What no weighing can tell apart, such as XOR, it
// never learns: its cost is convex and least where it answers ½ to everything.
func TestBook1_NoHiddenLayer(t *testing.T) {
	t.Log("Claim: a network with no hidden layer (784, 10) learns to read digits, less well than with 30 hidden neurons, and cannot learn XOR at all")
	digits, epochs := "drawn", 5
	all := DrawDigits(2000, 1)
	train, test := all.Slice(0, 1000), all.Slice(1000, 2000)
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		var err error
		if train, _, test, err = ReadMNIST(dir); err != nil {
			t.Fatal(err)
		}
		digits, epochs = "MNIST", 1
	}
	read := func(t *testing.T, s SGD, init func(*Network, uint64), sizes ...int) float64 {
		net := New(SigmoidNeurons, sizes...)
		init(net, 1)
		s.BatchSize = 10
		for epoch := range epochs {
			if _, err := s.Epoch(net, train, epoch); err != nil {
				t.Fatal(err)
			}
		}
		return float64(Correct(net, test)) / float64(test.Len())
	}
	row := fmt.Sprintf("%d %s digits, %d epochs", train.Len(), digits, epochs)

	with := read(t, SGD{Cost: CrossEntropy, Eta: 0.5}, (*Network).InitScaled, 784, 30, 10)
	t.Run("it reads more than 80 of 100 digits, and fewer than with 30 hidden neurons", func(t *testing.T) {
		between(t, row+", cross-entropy, η = 0.1", "correct", 0.8, read(t, SGD{Cost: CrossEntropy, Eta: 0.1}, (*Network).InitScaled, 784, 10), with)
		between(t, row+", quadratic, η = 0.5    ", "correct", 0.8, read(t, SGD{Cost: Quadratic, Eta: 0.5}, (*Network).InitScaled, 784, 10), with)
	})

	t.Run("fails with the book's η = 3 and weights from N(0, 1): its outputs saturate where they are wrong", func(t *testing.T) {
		between(t, row+", quadratic, η = 3", "correct", 0.1, read(t, SGD{Cost: Quadratic, Eta: 3}, (*Network).InitLarge, 784, 10), 0.75)
	})

	t.Run("fails for XOR: the least cost is ln 2, at the answer ½ to everything; with 3 hidden neurons it is learnt", func(t *testing.T) {
		var xor Examples
		for _, x := range binaryInputs(2) {
			xor = append(xor, Example{x, []float64{math.Abs(x[0] - x[1])}})
		}
		learn := func(sizes ...int) (cost, wrong float64) {
			net := randomNetwork(1, SigmoidNeurons, sizes...)
			s := SGD{Cost: CrossEntropy, Eta: 2, BatchSize: 4}
			for range 2000 {
				cost = takeStep(t, &s, net, xor, 0, 1, 2, 3) / 4
			}
			for _, e := range xor {
				wrong = max(wrong, math.Abs(net.FeedForward(e.X)[0]-e.Y[0]))
			}
			return cost, wrong
		}
		cost, wrong := learn(2, 1)
		atMost(t, fmt.Sprintf("no hidden layer    C = %.12f   largest |a − y| = %.12f", cost, wrong), "|C − ln 2|", math.Abs(cost-math.Ln2), 1e-12)
		atMost(t, "no hidden layer   ", "largest ||a − y| − ½|", math.Abs(wrong-0.5), 1e-9)
		cost, wrong = learn(2, 3, 1)
		atMost(t, "3 hidden neurons  ", "C", cost, 0.02)
		atMost(t, "3 hidden neurons  ", "largest |a − y|", wrong, 0.02)
	})
}

// The book's chapter 2

// BP1 and BP2 in matrix form, δ^L = Σ'(z^L) ∇_a C and
// δ^l = Σ'(z^l) (w^(l+1))ᵀ δ^(l+1), where Σ'(z) has σ'(z_j) on its diagonal and
// 0 elsewhere; hence δ^l = Σ'(z^l) (w^(l+1))ᵀ ⋯ Σ'(z^(L−1)) (w^L)ᵀ Σ'(z^L) ∇_a C. Σ'(z)
// is the Jacobian of a layer, taken here by central differences. For neurons it is
// diagonal because a_j depends on z_j alone; for a softmax layer it is not.
func TestBook2_MatrixForm(t *testing.T) {
	t.Log("Claim: δ^L = Σ′(z^L)∇_a C and δ^l = Σ′(z^l)(w^(l+1))ᵀδ^(l+1), with a diagonal matrix Σ′(z) for the product by components")
	jacobian := func(kind Activation, z []float64) [][]float64 { // rows i, columns j: ∂a_i/∂z_j
		m := matrix(len(z), len(z))
		for i := range z {
			for j := range z {
				m[i][j] = derivative(func(v float64) float64 {
					moved := slices.Clone(z)
					moved[j] = v
					kind.Activate(moved, moved)
					return moved[i]
				}, z[j], 1e-4)
			}
		}
		return m
	}
	acrossDiagonal := func(m [][]float64) (largest float64) {
		for i := range m {
			for j := range m {
				if i != j {
					largest = max(largest, math.Abs(m[i][j]))
				}
			}
		}
		return largest
	}
	x, y := []float64{0.5, -1, 2}, []float64{1, 0}
	for _, output := range []Differentiable{SigmoidNeurons, LinearNeurons, SoftmaxLayer} {
		net := randomNetwork(4, output, 3, 4, 5, 2)
		z, a := net.Activations(x)
		nabla := gradientOf(t, net, Quadratic, x, y)
		gradC := transpose([][]float64{{a[3][0] - y[0], a[3][1] - y[1]}}) // a column
		t.Run(fmt.Sprintf("%v outputs: the product of the matrices, multiplied first, times ∇_a C", output), func(t *testing.T) {
			product := transpose(jacobian(output, z[3]))
			for l := 3; l >= 1; l-- {
				delta := transpose(times(product, gradC))[0]
				atMost(t, fmt.Sprintf("δ of layer %d = %.6f", l, delta), "relative difference", apart(delta, nabla.Biases[l]), 1e-7)
				if l > 1 {
					prime := jacobian(SigmoidNeurons, z[l-1])
					atMost(t, fmt.Sprintf("Σ′ of layer %d", l-1), "largest number across its diagonal", acrossDiagonal(prime), 0)
					product = times(times(prime, transpose(net.Weights[l])), product)
				}
			}
		})
		if output == SoftmaxLayer {
			t.Run("fails for a softmax layer: Σ′ is no diagonal matrix, and its diagonal alone gives another δ", func(t *testing.T) {
				prime := jacobian(output, z[3])
				between(t, "a = "+fmt.Sprintf("%.4f", a[3]), "number across the diagonal", 0.01, acrossDiagonal(prime), 0.25)
				alone := []float64{prime[0][0] * gradC[0][0], prime[1][1] * gradC[1][0]}
				between(t, fmt.Sprintf("δ = %.4f, diagonal alone %.4f", nabla.Biases[3], alone), "relative difference", 0.1, apart(alone, nabla.Biases[3]), 1)
			})
		} else if d := acrossDiagonal(jacobian(output, z[3])); d != 0 {
			t.Errorf("%v outputs: %v across the diagonal of Σ′", output, d)
		}
	}
}

// BP3 and BP4 are the chain rule ∂C/∂p = Σ_i ∂C/∂z_i ∂z_i/∂p through the weighted
// inputs of one layer, in which a single term is left: ∂z_j/∂b_j = 1,
// ∂z_j/∂w_jk = a_k, and no other z_i of the layer moves. Each factor is measured on its
// own. Where neurons share a parameter more terms are left.
func TestBook2_BP3AndBP4(t *testing.T) {
	t.Log("Claim: ∂C/∂b_j = δ_j and ∂C/∂w_jk = a_k δ_j, because of a layer's z only z_j depends on b_j (with derivative 1) and on w_jk (with a_k)")
	x, y := []float64{0.5, -1, 2, 0}, []float64{0, 1, 0}
	net := randomNetwork(5, SigmoidNeurons, 4, 3, 5, 3)
	z, a := net.Activations(x)
	nabla := gradientOf(t, net, CrossEntropy, x, y)
	for l := 1; l <= 3; l++ {
		t.Run(fmt.Sprintf("layer %d", l), func(t *testing.T) {
			// δ, from the network that begins behind layer l
			answer := func(a []float64) []float64 { return a }
			if l < 3 {
				answer = behind(net, l).FeedForward
			}
			delta := make([]float64, len(z[l]))
			for j := range delta {
				delta[j] = derivative(func(v float64) float64 {
					moved := slices.Clone(z[l])
					moved[j] = v
					SigmoidNeurons.Activate(moved, moved)
					return CrossEntropy.Of(answer(moved), y)
				}, z[l][j], 1e-4)
			}
			worst := 0.0 // of ∂z_i/∂p − what is claimed
			measure := func(p *float64, j int, want float64) {
				for i := range z[l] {
					old := *p
					d := derivative(func(v float64) float64 { *p = v; z, _ := net.Activations(x); return z[l][i] }, old, 0.5)
					if *p = old; i == j {
						d -= want
					}
					worst = max(worst, math.Abs(d))
				}
			}
			weights := make([]float64, 0, len(delta)*len(a[l-1])) // a_k δ_j, row by row
			for j := range delta {
				measure(&net.Biases[l][j], j, 1)
				for k := range a[l-1] {
					measure(&net.Weights[l][j][k], j, a[l-1][k])
					weights = append(weights, a[l-1][k]*delta[j])
				}
			}
			atMost(t, "z is linear in b and w:", "largest |∂z_i/∂b_j − [i = j]|, |∂z_i/∂w_jk − [i = j] a_k|", worst, 1e-14)
			atMost(t, "(BP3)", "relative difference of δ and ∂C/∂b", apart(delta, nabla.Biases[l]), 1e-7)
			atMost(t, "(BP4)", "relative difference of a_k δ_j and ∂C/∂w", apart(weights, slices.Concat(nabla.Weights[l]...)), 1e-7)
		})
	}

	t.Run("fails for a bias that two neurons share: two terms are left, δ_0 + δ_1", func(t *testing.T) {
		tied := net.Clone()
		shared := derivative(func(v float64) float64 {
			tied.Biases[2][0], tied.Biases[2][1] = net.Biases[2][0]+v, net.Biases[2][1]+v
			return CrossEntropy.Of(tied.FeedForward(x), y)
		}, 0, 1e-4)
		d := nabla.Biases[2]
		atMost(t, fmt.Sprintf("δ_0 = %.6f, δ_1 = %.6f, ∂C/∂b = %.6f", d[0], d[1], shared), "relative difference to the sum", relative(shared, d[0]+d[1]), 1e-7)
	})
}

// A tangent is a kind of neuron of the test's own: a = tanh z, with
// derivative 1 − a².
type tangent struct{}

func (tangent) String() string { return "tanh" }

func (tangent) Activate(a, z []float64) {
	for j := range z {
		a[j] = math.Tanh(z[j])
	}
}

func (tangent) Backward(delta, z, a, grad []float64) {
	for j := range z {
		delta[j] = grad[j] * (1 - a[j]*a[j])
	}
}

// A bent is layers of sigmoid neurons, of which neuron j of every layer of n
// answers f(z) instead, with derivative prime.
type bent struct {
	n, j     int
	f, prime func(float64) float64
}

func (bent) String() string { return "sigmoid, one of them bent" }

func (b bent) Activate(a, z []float64) {
	v := z[min(b.j, len(z)-1)] // a may be z
	SigmoidNeurons.Activate(a, z)
	if len(z) == b.n {
		a[b.j] = b.f(v)
	}
}

func (b bent) Backward(delta, z, a, grad []float64) {
	g := grad[min(b.j, len(z)-1)]
	SigmoidNeurons.Backward(delta, z, a, grad)
	if len(z) == b.n {
		delta[b.j] = g * b.prime(z[b.j])
	}
}

// Backpropagation when one neuron answers f(z) instead of σ(z): its σ'(z_j) in BP1
// or BP2 becomes f'(z_j), and nothing else changes. Who forgets that gets wrong
// what belongs to that neuron and to the layers before it, and the rest right. Where
// f has no derivative there is none to go back through.
func TestBook2_AnotherActivation(t *testing.T) {
	t.Log("Claim: if one neuron answers f(z) instead of σ(z), backpropagation needs f′(z_j) in place of its σ′(z_j), and no other change")
	x, y := []float64{0.5, -1, 2}, []float64{1, 0, 0}
	sine := func(n, j int) bent { return bent{n, j, math.Sin, math.Cos} }
	cube := func(n, j int) bent {
		return bent{n, j, func(z float64) float64 { return z * z * z }, func(z float64) float64 { return 3 * z * z }}
	}
	for _, test := range []struct {
		name           string
		hidden, output Differentiable
	}{
		{"sin in the first layer", sine(4, 2), SigmoidNeurons},
		{"z³ in the second layer", cube(5, 0), SigmoidNeurons},
		{"sin among the outputs", SigmoidNeurons, sine(3, 1)},
		{"tanh throughout", tangent{}, tangent{}},
	} {
		t.Run(test.name+": the gradient is that of central differences", func(t *testing.T) {
			net := randomNetwork(6, test.output, 3, 4, 5, 3)
			net.Hidden = test.hidden
			numeric, exact := numericGradient(net, Quadratic, x, y), gradientOf(t, net, Quadratic, x, y)
			for l := 1; l <= 3; l++ {
				atMost(t, fmt.Sprintf("layer %d", l), "relative difference of ∂C/∂b", apart(numeric.Biases[l], exact.Biases[l]), 1e-7)
				atMost(t, fmt.Sprintf("layer %d", l), "relative difference of ∂C/∂w", apart(slices.Concat(numeric.Weights[l]...), slices.Concat(exact.Weights[l]...)), 1e-7)
			}
		})
	}

	t.Run("fails with σ′ left in its place: wrong at neuron 0 of layer 2 and in layer 1, right elsewhere", func(t *testing.T) {
		net := randomNetwork(6, SigmoidNeurons, 3, 4, 5, 3)
		forgotten := cube(5, 0)
		forgotten.prime = SigmoidPrime
		net.Hidden = forgotten
		numeric, wrong := numericGradient(net, Quadratic, x, y).Biases, gradientOf(t, net, Quadratic, x, y).Biases
		between(t, "layer 1          ", "relative difference of δ", 0.05, apart(numeric[1], wrong[1]), 1)
		between(t, "layer 2, neuron 0", "relative difference of δ", 0.05, apart(numeric[2][:1], wrong[2][:1]), 1)
		atMost(t, "layer 2, others  ", "relative difference of δ", apart(numeric[2][1:], wrong[2][1:]), 1e-7)
		atMost(t, "layer 3          ", "relative difference of δ", apart(numeric[3], wrong[3]), 1e-7)
	})

	t.Run("fails where f has a kink: max(0, z) at z = 0 has the slope 0 on the left, 1 on the right", func(t *testing.T) {
		ramp := bent{1, 0, func(z float64) float64 { return max(z, 0) }, Step}
		net := oneNeuron(ramp, 0, 0)
		half := numericGradient(net, Quadratic, []float64{0}, []float64{-1}).Biases[1][0]
		exact := gradientOf(t, net, Quadratic, []float64{0}, []float64{-1}).Biases[1][0]
		t.Logf("δ: 0 on the left, 1 on the right, %.6f by central difference, %v with f′(0) = 0", half, exact)
		if math.Abs(half-0.5) > 1e-4 || exact != 0 {
			t.Errorf("δ = %v and %v; want 1/2 and 0", half, exact)
		}
	})
}

// Backpropagation with σ(z) = z throughout: σ' = 1 drops out and
// δ^l = (w^(l+1))ᵀ ⋯ (w^L)ᵀ (a^L − y). Such a network, however deep, is one matrix
// and one vector. C is a parabola in each weight, and in integers
// everything is exact: derivatives are (C(w + 1) − C(w − 1))/2 to the last bit.
func TestBook2_LinearNetwork(t *testing.T) {
	t.Log("Claim: with σ(z) = z backpropagation is δ^l = (w^(l+1))ᵀδ^(l+1), and a network of any depth is one matrix; with σ it is not")
	x, x2, y := []float64{2, -1, 3}, []float64{-4, 5, 1}, []float64{1, -2}
	integer := func(sizes ...int) *Network {
		net := integerNetwork(8, sizes...)
		net.Hidden, net.Output = LinearNeurons, LinearNeurons
		return net
	}
	one := func(net *Network) *Network { // the one layer that it is
		flat := New(LinearNeurons, 3, 2)
		flat.Weights[1], flat.Biases[1] = net.Weights[1], net.Biases[1]
		for l := 2; l < len(net.Sizes); l++ {
			b := transpose(times(net.Weights[l], transpose(flat.Biases[1:2])))[0]
			for j := range b {
				b[j] += net.Biases[l][j]
			}
			flat.Weights[1], flat.Biases[1] = times(net.Weights[l], flat.Weights[1]), b
		}
		return flat
	}
	for _, sizes := range [][]int{{3, 2}, {3, 4, 2}, {3, 4, 1, 2}, {3, 3, 5, 4, 2}} {
		t.Run(fmt.Sprintf("%v: answers and derivatives, exactly", sizes), func(t *testing.T) {
			net := integer(sizes...)
			flat := one(net)
			t.Logf("a = %v   as one matrix %v   ∂C/∂b of layer 1: %v", net.FeedForward(x), flat.FeedForward(x), gradientOf(t, net, Quadratic, x, y).Biases[1])
			if !slices.Equal(net.FeedForward(x), flat.FeedForward(x)) || !slices.Equal(net.FeedForward(x2), flat.FeedForward(x2)) {
				t.Errorf("one matrix answers %v instead of %v", flat.FeedForward(x), net.FeedForward(x))
			}
			exact := differences(net, 1, func(net *Network) float64 { return Quadratic.Of(net.FeedForward(x), y) })
			atMost(t, "Gradient against (C(w + 1) − C(w − 1))/2", "largest difference", distance(gradientOf(t, net, Quadratic, x, y), exact), 0)
		})
	}

	t.Run("fails with sigmoid neurons inside: a(x) + a(x′) = 2a((x + x′)/2) only without them", func(t *testing.T) {
		net, middle := integer(3, 4, 2), []float64{-1, 2, 2}
		bend := func() float64 {
			return net.FeedForward(x)[0] + net.FeedForward(x2)[0] - 2*net.FeedForward(middle)[0]
		}
		linear := bend()
		net.Hidden = SigmoidNeurons
		t.Logf("a(x) + a(x′) − 2a((x + x′)/2) = %v; with sigmoid neurons inside %.4f", linear, bend())
		if linear != 0 || math.Abs(bend()) < 0.1 {
			t.Errorf("%v and %v; want 0 and something else", linear, bend())
		}
	})
}

// The fully matrix-based approach: with the mini-batch as a matrix X = [x₁ … x_m], a
// column for each example, Z^l = w^l A^(l−1) + b^l, Δ^l = ((w^(l+1))ᵀ Δ^(l+1)) ⊙ σ'(Z^l), and
// the sum over examples is the product Δ^l (A^(l−1))ᵀ. It is one step at one place,
// not m steps one after the other.
func TestBook2_MatrixOverAMiniBatch(t *testing.T) {
	t.Log("Claim: with X = [x1 … xm] as one matrix, a step of gradient descent takes no loop over examples and is the same as with one, and as SGD.Step")
	const eta = 0.5
	inMatrices := func(net *Network, batch Examples) *Network {
		var x, y [][]float64
		for _, e := range batch {
			x, y = append(x, e.X), append(y, e.Y)
		}
		A, L := [][][]float64{transpose(x)}, len(net.Sizes)-1
		for l := 1; l <= L; l++ {
			Z := times(net.Weights[l], A[l-1])
			for j, z := range Z {
				for i := range z {
					z[i] = 1 / (1 + math.Exp(-z[i]-net.Biases[l][j]))
				}
			}
			A = append(A, Z)
		}
		after, rate, D := net.Clone(), eta/float64(len(batch)), transpose(y)
		for j, a := range A[L] {
			for i := range a {
				D[j][i] = a[i] - D[j][i] // cross-entropy
			}
		}
		for l := L; l >= 1; l-- {
			for j, w := range times(D, transpose(A[l-1])) {
				for k := range w {
					after.Weights[l][j][k] -= rate * w[k]
				}
				for _, d := range D[j] {
					after.Biases[l][j] -= rate * d
				}
			}
			D = times(transpose(net.Weights[l]), D)
			for k, a := range A[l-1] {
				for i := range a {
					D[k][i] *= a[i] * (1 - a[i])
				}
			}
		}
		return after
	}
	for _, sizes := range [][]int{{4, 3}, {4, 6, 3}, {4, 6, 5, 3}} {
		t.Run(fmt.Sprintf("%v: against a loop over Gradient, SGD.Step and central differences of the mean cost", sizes), func(t *testing.T) {
			net := randomNetwork(9, SigmoidNeurons, sizes...)
			for _, m := range []int{1, 2, 7, 32} {
				data := randomExamples(uint64(m), m, 4, 3)
				matrices, looped, stepped := inMatrices(net, data), net.Clone(), net.Clone()
				for _, e := range data {
					each(looped, gradientOf(t, net, CrossEntropy, e.X, e.Y), func(p, q *float64) { *p -= eta / float64(m) * *q })
				}
				s := SGD{Cost: CrossEntropy, Eta: eta, BatchSize: m}
				takeStep(t, &s, stepped, data, s.Order(m, 0)...)
				numeric := differences(net, 1e-4, func(net *Network) (mean float64) {
					for _, e := range data {
						mean += CrossEntropy.Of(net.FeedForward(e.X), e.Y) / float64(m)
					}
					return mean
				})
				each(numeric, net, func(p, q *float64) { *p = *q - eta**p })
				atMost(t, fmt.Sprintf("m = %-3d", m), "largest difference to the loop        ", distance(matrices, looped), 1e-14)
				atMost(t, fmt.Sprintf("m = %-3d", m), "largest difference to SGD.Step        ", distance(matrices, stepped), 1e-14)
				atMost(t, fmt.Sprintf("m = %-3d", m), "largest difference by central differences", distance(matrices, numeric), 1e-8)
			}
		})
	}

	t.Run("fails for online learning: m steps of η/m, each from where the last one ended, are apart by O(η²)", func(t *testing.T) {
		net, data := randomNetwork(9, SigmoidNeurons, 4, 6, 3), randomExamples(2, 8, 4, 3)
		last := 0.0
		for _, eta := range []float64{0.2, 0.1, 0.05} {
			once := stepOn(t, net, CrossEntropy, data, eta, 0, 1, 2, 3, 4, 5, 6, 7)
			online, s := net.Clone(), SGD{Cost: CrossEntropy, Eta: eta / 8, BatchSize: 1}
			for i := range data {
				takeStep(t, &s, online, data, i)
			}
			each(online, net, func(p, q *float64) { *p -= *q })
			d := distance(online, once)
			if last != 0 {
				between(t, fmt.Sprintf("apart by %.3e at η = %-4v by %.3e at η = %-5v", last, 2*eta, d, eta), "ratio", 3.5, last/d, 4.5)
			}
			last = d
		}
	})
}

// The book's chapter 3

// σ' = σ(1 − σ). At z = ln n the activation is n/(n + 1) and the slope n/(n + 1)².
// It lies between ¼e^(−|z|) and e^(−|z|), is the same at −z, largest at 0, and
// what σ climbs is its integral. In floating point 1 − σ(z) loses its digits for
// z ≫ 0, which is why SigmoidPrime does not subtract.
func TestBook3_SigmoidPrime(t *testing.T) {
	t.Log("Claim: σ′(z) = σ(z)(1 − σ(z)) for every z; computed by that subtraction it loses its digits as z grows, and is 0 from z = 37 on")
	t.Run("fractions at z = ±ln n", func(t *testing.T) {
		for _, n := range []float64{1, 2, 3, 9, 99, 1e6} {
			want := n / (n + 1) / (n + 1)
			for _, z := range []float64{math.Log(n), -math.Log(n)} {
				atMost(t, fmt.Sprintf("z = %10.6f σ′ = %.12f   n/(n + 1)² = %.12f", z, SigmoidPrime(z), want), "relative difference", relative(SigmoidPrime(z), want), 4e-15)
			}
		}
	})

	t.Run("central difference of σ, and bounds from both sides", func(t *testing.T) {
		for _, z := range []float64{-700, -30, -5, -0.1, 0.1, 2, 5} {
			e := math.Exp(-math.Abs(z))
			between(t, fmt.Sprintf("z = %-5v", z), "σ′", e/4, SigmoidPrime(z), e*(1+1e-15))
			atMost(t, fmt.Sprintf("z = %-5v", z), "relative difference to (σ(z + h) − σ(z − h))/2h", relative(derivative(Sigmoid, z, 1e-4), SigmoidPrime(z)), 1e-8)
			atMost(t, fmt.Sprintf("z = %-5v", z), "relative difference to σ(z)(1 − σ(z))", relative(Sigmoid(z)*(1-Sigmoid(z)), SigmoidPrime(z)), 1e-13)
		}
	})

	t.Run("fails in floating point: σ(z)(1 − σ(z)) from z = 37 on", func(t *testing.T) {
		for _, z := range []float64{10, 20, 30, 36, 37, 700} {
			product, want := Sigmoid(z)*(1-Sigmoid(z)), math.Exp(-z)/math.Pow(1+math.Exp(-z), 2)
			off := relative(product, want)
			t.Logf("z = %-4v SigmoidPrime = %-12.4g σ(1 − σ) = %-12.4g off by %.1e   2⁻⁵³ e^z = %.1e", z, SigmoidPrime(z), product, off, math.Exp(z-53*math.Ln2))
			if (product == 0) != (z >= 37) || (z < 37 && off > math.Exp(z-53*math.Ln2)) || relative(SigmoidPrime(z), want) > 1e-15 {
				t.Errorf("z = %v: %v and %v", z, product, SigmoidPrime(z))
			}
		}
	})
}

// The roles of y and a in the cross-entropy. With y = 0 or 1 as every classifier
// has it, −[y ln a + (1 − y) ln(1 − a)] is finite for every 0 < a < 1; with the two exchanged,
// −[a ln y + (1 − a) ln(1 − y)], it is infinite unless a = y. And for 0 < y < 1 the exchanged one
// is a straight line in a, of slope ln((1 − y)/y): it is least at an end, not at a = y.
func TestBook3_TheRolesOfYAndA(t *testing.T) {
	t.Log("Claim: the cross-entropy with y and a exchanged is infinite at y = 0 and y = 1 unless a = y, and elsewhere is not least at a = y")
	right := func(a, y float64) float64 { return CrossEntropy.Of([]float64{a}, []float64{y}) }
	exchanged := func(a, y float64) float64 { return right(y, a) }
	t.Run("at y = 0 and y = 1", func(t *testing.T) {
		for _, a := range []float64{0.001, 0.25, 0.5, 0.999} {
			t.Logf("a = %-6v y = 1: C = %.6f, exchanged %v   y = 0: C = %.6f, exchanged %v", a, right(a, 1), exchanged(a, 1), right(a, 0), exchanged(a, 0))
			if !math.IsInf(exchanged(a, 1), 1) || !math.IsInf(exchanged(a, 0), 1) {
				t.Errorf("exchanged: %v and %v; want +Inf", exchanged(a, 1), exchanged(a, 0))
			}
			if relative(math.Exp(-right(a, 1)), a) > 1e-14 || relative(math.Exp(-right(a, 0)), 1-a) > 1e-12 {
				t.Errorf("C = %v and %v; want −ln a and −ln(1 − a)", right(a, 1), right(a, 0))
			}
		}
		for _, y := range []float64{0, 1} {
			t.Logf("a = y = %v: C = %v, exchanged %v   a = %v: C = %v, exchanged %v", y, right(y, y), exchanged(y, y), 1-y, right(1-y, y), exchanged(1-y, y))
			if right(y, y) != 0 || exchanged(y, y) != 0 || !math.IsInf(right(1-y, y), 1) {
				t.Errorf("a = y = %v: C = %v, exchanged %v", y, right(y, y), exchanged(y, y))
			}
		}
	})

	t.Run("between: slopes by central differences, and where each is least on a grid of a", func(t *testing.T) {
		for _, y := range []float64{0.1, 0.25, 0.6, 0.9} {
			least, leastExchanged := 0.0, 0.0
			for i := range 101 {
				if a := float64(i) / 100; right(a, y) < right(least, y) {
					least = a
				}
				if a := float64(i) / 100; exchanged(a, y) < exchanged(leastExchanged, y) {
					leastExchanged = a
				}
			}
			t.Logf("y = %-5v least at a = %v; exchanged, at a = %v", y, least, leastExchanged)
			if least != y || leastExchanged != math.Round(y) {
				t.Errorf("y = %v: least at %v and %v", y, least, leastExchanged)
			}
			atMost(t, fmt.Sprintf("y = %-5v", y), "|slope of C at a = y|", math.Abs(derivative(func(a float64) float64 { return right(a, y) }, y, 1e-4)), 1e-5)
			for _, a := range []float64{0.2, 0.7} {
				slope := derivative(func(a float64) float64 { return exchanged(a, y) }, a, 1e-2)
				atMost(t, fmt.Sprintf("y = %-5v a = %v   exchanged: slope %8.5f", y, a, slope), "|slope − ln((1 − y)/y)|", math.Abs(slope-math.Log((1-y)/y)), 1e-12)
			}
		}
	})
}

// stepsTo returns how many steps of the rate η on its bias a neuron that should
// answer 0 takes from the weighted input z until it answers a or less, and 10⁵ at most.
func stepsTo(t *testing.T, a float64, kind Differentiable, cost Cost, z, eta float64) (n int) {
	t.Helper()
	net, s := oneNeuron(kind, z, 0), SGD{Cost: cost, Eta: eta, BatchSize: 1}
	for ; net.FeedForward([]float64{0})[0] > a && n < 1e5; n++ {
		takeStep(t, &s, net, biasOnly(0), 0)
	}
	return n
}

// Quadratic cost with linear output neurons: δ^L = a − y, and therefore
// ∂C/∂w_jk = a_k (a_j − y_j), ∂C/∂b_j = a_j − y_j, with no σ'(z) in it. There is no slowdown: an
// error of any size is halved in the same ln 2/−ln(1 − η) steps, where sigmoid
// neurons need about e^z/η. Hidden neurons keep their σ'.
func TestBook3_QuadraticCostWithLinearOutputs(t *testing.T) {
	t.Log("Claim: linear output neurons with quadratic cost have δ^L = a − y, so that learning does not slow down however wrong they are")
	for _, sizes := range [][]int{{4, 3}, {4, 5, 3}, {4, 5, 6, 3}} {
		t.Run(fmt.Sprintf("%v: ∂C/∂b and ∂C/∂w of the outputs by central differences", sizes), func(t *testing.T) {
			net, x, y := randomNetwork(10, LinearNeurons, sizes...), []float64{1, 0.5, -2, 3}, []float64{0.5, -1, 2}
			_, a := net.Activations(x)
			L := len(sizes) - 1
			numeric, exact := numericGradient(net, Quadratic, x, y), gradientOf(t, net, Quadratic, x, y)
			for j := range y {
				want := []float64{a[L][j] - y[j]} // of the bias, then of the weights
				for _, a := range a[L-1] {
					want = append(want, a*want[0])
				}
				row := fmt.Sprintf("neuron %d   a − y = %9.6f", j, want[0])
				atMost(t, row, "central differences: relative difference", apart(want, append(numeric.Biases[L][j:j+1:j+1], numeric.Weights[L][j]...)), 1e-7)
				atMost(t, row, "Gradient:            relative difference", apart(want, append(exact.Biases[L][j:j+1:j+1], exact.Weights[L][j]...)), 1e-14)
			}
		})
	}

	t.Run("an error of any size is halved in ln 2/−ln(1 − η) steps", func(t *testing.T) {
		for _, eta := range []float64{0.01, 0.1, 0.5} {
			want := math.Ln2 / -math.Log1p(-eta)
			for _, e := range []float64{1, 100, 1e6} {
				n := stepsTo(t, e/2, LinearNeurons, Quadratic, e, eta)
				t.Logf("η = %-5v error %-8v halved after %3d steps   ln 2/−ln(1 − η) = %.2f", eta, e, n, want)
				if float64(n) != math.Ceil(want) {
					t.Errorf("%d steps; want %v", n, math.Ceil(want))
				}
			}
		}
	})

	t.Run("sigmoid neurons instead: from z to a = ½ in (e^z − 1 + 3z + 3(1 − e^(−z)) + ½(1 − e^(−2z)))/η steps", func(t *testing.T) {
		for _, z := range []float64{2, 5, 8} {
			const eta = 0.1
			want := (math.Exp(z) - 1 + 3*z + 3*(1-math.Exp(-z)) + (1-math.Exp(-2*z))/2) / eta // ∫ dz/(σσ')
			n := float64(stepsTo(t, 0.5, SigmoidNeurons, Quadratic, z, eta))
			between(t, fmt.Sprintf("z = %v   cross-entropy %2d steps", z, stepsTo(t, 0.5, SigmoidNeurons, CrossEntropy, z, eta)), "quadratic", 0.97*want, n, 1.03*want)
		}
	})

	t.Run("fails behind a saturated hidden neuron: at z = 20 its own δ is still (a − y) w σ′(20)", func(t *testing.T) {
		net := New(LinearNeurons, 1, 1, 1)
		net.Hidden = SigmoidNeurons
		net.Biases[1][0], net.Weights[2][0][0] = 20, 3
		nabla := gradientOf(t, net, Quadratic, []float64{1}, []float64{-1})
		between(t, fmt.Sprintf("δ of the output %.6f", nabla.Biases[2][0]), "δ of the hidden neuron", 4*3*0.9999*math.Exp(-20), nabla.Biases[1][0], 4*3*math.Exp(-20))
	})
}

// The outputs of sigmoid neurons do not sum to 1: that many neurons at z = 0 sum to
// J/2, and at z = ln(s/(J − s)) to any s between 0 and J. They do so for two neurons at z and −z,
// as softmax of (z, 0) does, but nothing keeps them there.
func TestBook3_SigmoidOutputsDoNotSumTo1(t *testing.T) {
	t.Log("Claim: the outputs of J sigmoid neurons can sum to any number between 0 and J, those of a softmax layer only to 1")
	sums := func(z ...float64) (sigmoid, softmax float64) {
		for kind, sum := range map[Differentiable]*float64{SigmoidNeurons: &sigmoid, SoftmaxLayer: &softmax} {
			net := New(kind, 1, len(z))
			copy(net.Biases[1], z)
			for _, a := range net.FeedForward([]float64{0}) {
				*sum += a
			}
		}
		return sigmoid, softmax
	}
	t.Run("ten neurons at z = ln(s/(10 − s)) sum to s", func(t *testing.T) {
		for _, s := range []float64{0.001, 1, 5, 9.999} {
			z := make([]float64, 10)
			for j := range z {
				z[j] = math.Log(s / (10 - s))
			}
			sigmoid, softmax := sums(z...)
			t.Logf("s = %-6v sigmoid %.12f   softmax %.12f", s, sigmoid, softmax)
			if relative(sigmoid, s) > 1e-12 || math.Abs(softmax-1) > 1e-15 {
				t.Errorf("sums %v and %v; want %v and 1", sigmoid, softmax, s)
			}
		}
	})

	t.Run("where they do: two neurons at z and −z", func(t *testing.T) {
		for _, z := range []float64{0, 0.5, 3, 40} {
			sigmoid, softmax := sums(z, -z)
			moved, _ := sums(z+0.5, -z)
			t.Logf("z = %-4v sigmoid %.15f   softmax %.15f   z of the first 0.5 larger: sigmoid %.15f", z, sigmoid, softmax, moved)
			if math.Abs(sigmoid-1) > 1e-15 || (moved > 1) != (z < 37) {
				t.Errorf("sums %v and %v", sigmoid, moved)
			}
		}
	})
}

// softmaxAt returns the activations of a softmax layer with weighted inputs z.
func softmaxAt(z ...float64) []float64 {
	a := make([]float64, len(z))
	SoftmaxLayer.Activate(a, z)
	return a
}

// moved returns z with delta added to z_k.
func moved(z []float64, k int, delta float64) []float64 {
	z = slices.Clone(z)
	z[k] += delta
	return z
}

// spreads are weighted inputs near one another and far apart.
var spreads = [][]float64{{0, 0}, {1, 2, 3}, {-1, 0.5, 0.25, 2}, {5, -5, 0}, {1000, 1001, 999}, {10, -10, 3, 7, 8}}

// Softmax is monotonic: ∂a_j/∂z_k is positive if j = k, where it is
// a_j(1 − a_j), and negative if not, where it is −a_j a_k. So a larger z_k makes a_k larger and all
// others smaller, by small steps and by large ones, until rounding hides it.
func TestBook3_SoftmaxIsMonotonic(t *testing.T) {
	t.Log("Claim: for softmax ∂a_j/∂z_k is positive if j = k and negative otherwise, so that raising z_k raises a_k and lowers every other a_j")
	for _, z := range spreads {
		t.Run(fmt.Sprintf("z = %v: all j and k, by central differences, the package's Jacobian and large steps", z), func(t *testing.T) {
			a := softmaxAt(z...)
			smallest, off := math.Inf(1), 0.0
			for j := range z {
				grad, row := make([]float64, len(z)), make([]float64, len(z))
				grad[j] = 1
				SoftmaxLayer.Backward(row, z, a, grad) // row[k] = ∂a_j/∂z_k
				for k := range z {
					d := derivative(func(v float64) float64 { return softmaxAt(moved(z, k, v)...)[j] }, 0, 1.0/8192)
					want, sign := -a[j]*a[k], -1.0
					if j == k {
						want, sign = 0, 1
						for i := range a { // 1 − a_j, without its rounding
							if i != j {
								want += a[j] * a[i]
							}
						}
					}
					for _, step := range []float64{0.01, 1, 10} {
						if after := softmaxAt(moved(z, k, step)...)[j]; !(sign*(after-a[j]) > 0) {
							t.Errorf("z_%d + %v: a_%d goes from %v to %v", k, step, j, a[j], after)
						}
					}
					smallest, off = min(smallest, sign*d), max(off, math.Abs(d-want), math.Abs(row[k]-want))
				}
			}
			t.Logf("a = %.3g   smallest of ∂a_j/∂z_j and −∂a_j/∂z_k: %.3g > 0   off a_j(1 − a_j) and −a_j a_k by %.1e < 1e-9", a, smallest, off)
			if !(smallest > 0) || off > 1e-9 {
				t.Errorf("smallest %v, off by %v", smallest, off)
			}
		})
	}

	t.Run("fails for a single output, which is always 1, and in floating point for one far ahead", func(t *testing.T) {
		for _, z := range [][]float64{{3}, {36, 0}, {38, 0}} {
			before, after := softmaxAt(z...)[0], softmaxAt(moved(z, 0, 1)...)[0]
			t.Logf("z = %-7v z_0 + 1: 1 − a_0 goes from %.2g to %.2g", z, 1-before, 1-after)
			if (after > before) != (z[0] == 36) {
				t.Errorf("a_0 goes from %v to %v", before, after)
			}
		}
	})
}

// Softmax is not local: a_j depends on every z_k. Raising z_k by Δ divides all a_j with
// j ≠ k by 1 + a_k(e^Δ − 1). A sigmoid output knows its own z only. What stays local is the
// ratio of two others, and raising all z alike changes nothing.
func TestBook3_SoftmaxIsNotLocal(t *testing.T) {
	t.Log("Claim: every output of softmax depends on every weighted input: raising z_k by Δ divides all others by 1 + a_k(e^Δ − 1)")
	for _, z := range spreads {
		t.Run(fmt.Sprintf("z = %v", z), func(t *testing.T) {
			a, b := softmaxAt(z...), slices.Clone(z)
			SigmoidNeurons.Activate(b, z)
			least, off, ratios := math.Inf(1), 0.0, 0.0
			for k := range z {
				for _, step := range []float64{-2, 0.1, 3} {
					after, sigmoid := softmaxAt(moved(z, k, step)...), moved(z, k, step)
					SigmoidNeurons.Activate(sigmoid, sigmoid)
					for j := range z {
						if j == k {
							continue
						}
						least = min(least, relative(after[j], a[j]))
						off = max(off, relative(after[j], a[j]/(1+a[k]*math.Expm1(step))))
						for i := range z {
							if i != k {
								ratios = max(ratios, relative(after[i]*a[j], after[j]*a[i]))
							}
						}
						if sigmoid[j] != b[j] {
							t.Errorf("sigmoid neuron %d notices z_%d: %v, then %v", j, k, b[j], sigmoid[j])
						}
					}
				}
			}
			t.Logf("least relative change of an a_j by some z_k: %.1e   off the factor by %.1e < 1e-13   ratios of the others off by %.1e < 1e-14", least, off, ratios)
			if least < 1e-12 || off > 1e-13 || ratios > 1e-14 {
				t.Errorf("least %v, factor %v, ratios %v", least, off, ratios)
			}
		})
	}

	t.Run("where it is not felt: the same added to every z, or a z far below the rest", func(t *testing.T) {
		a, b := softmaxAt(1, 2, 4), softmaxAt(1+64, 2+64, 4+64)
		near, far := softmaxAt(1, 2, -30), softmaxAt(1, 2, -50)
		t.Logf("z = (1, 2, 4) and 64 more: %v and %v", a, b)
		t.Logf("z = (1, 2, …) and z_2 = −30, −50, −∞: a_0 = %v, %v, %v", near[0], far[0], softmaxAt(1, 2)[0])
		if !slices.Equal(a, b) || near[0] == softmaxAt(1, 2)[0] || far[0] != softmaxAt(1, 2)[0] {
			t.Errorf("%v and %v; a_0 = %v and %v", a, b, near[0], far[0])
		}
	})
}

// Inverting softmax: z_j = ln a_j + a constant, the same for all j. The constant is
// ln Σ_i e^(z_i), and the a_j do not tell it. Nor do they tell z_j once a_j has
// underflowed.
func TestBook3_InvertingSoftmax(t *testing.T) {
	t.Log("Claim: softmax is inverted by z_j = ln a_j + constant, the constant being lost; in floating point z_j is lost too where a_j underflows")
	t.Run("from z to a and back: all z_j − ln a_j are alike", func(t *testing.T) {
		for _, z := range append(spreads, []float64{0, -50, -700}) {
			constants := softmaxAt(z...)
			sum := 0.0
			for j, a := range constants {
				constants[j] = z[j] - math.Log(a)
				sum += math.Exp(z[j] - slices.Max(z))
			}
			want := slices.Max(z) + math.Log(sum)
			t.Logf("z = %v   z_j − ln a_j from %.12f to %.12f   ln Σ e^z = %.12f", z, slices.Min(constants), slices.Max(constants), want)
			if d := max(slices.Max(constants)-want, want-slices.Min(constants)); d > 1e-12 {
				t.Errorf("z_j − ln a_j = %v; want %v", constants, want)
			}
		}
	})

	t.Run("from a to z and back, with any constant", func(t *testing.T) {
		for _, a := range [][]float64{{0.5, 0.25, 0.25}, {0.999, 0.0009, 0.0001}, {1e-300, 1e-10, 1 - 1e-10}} {
			for _, constant := range []float64{-100, 0, 3, 700} {
				z := slices.Clone(a)
				for j := range z {
					z[j] = math.Log(a[j]) + constant
				}
				worst := 0.0
				for j, b := range softmaxAt(z...) {
					worst = max(worst, relative(a[j], b))
				}
				atMost(t, fmt.Sprintf("a = %-21s constant %-5v", fmt.Sprint(a), constant), "largest relative difference", worst, 1e-12)
			}
		}
	})

	t.Run("fails in floating point: a_j has ever fewer digits from 708 below the largest z on, and is 0 from 746 on", func(t *testing.T) {
		for _, gap := range []float64{700, 740, 744, 746} {
			a := softmaxAt(0, -gap)[1]
			back := math.Log(math.Ldexp(a, 100)) - 100*math.Ln2 // math.Log alone errs below 2.2e-308 on some machines
			t.Logf("z = (0, −%v)   a_1 = %-10.4g ln a_1 = %v", gap, a, back)
			if off := math.Abs(back + gap); (off < 1e-12) != (gap == 700) || math.IsInf(back, -1) != (gap == 746) {
				t.Errorf("z = −%v comes back as %v", gap, back)
			}
		}
	})
}

// general is a cost without the methods of a Matched one, so that δ^L is the product of (BP1) whatever the outputs.
type general struct{ Cost }

// outputErrorAt returns δ^L where the weighted inputs of the outputs are z.
func outputErrorAt(t *testing.T, kind Differentiable, cost Cost, z, y []float64) []float64 {
	t.Helper()
	net := New(kind, 1, len(z))
	copy(net.Biases[1], z)
	return gradientOf(t, net, cost, []float64{0}, y).Biases[1]
}

// The cross-entropy of a saturated neuron. ∂C/∂a = (a − y)/(a(1 − a)) grows without bound as the
// neuron saturates, σ'(z) vanishes, and their product stays a − y. In floating point it
// does not: once σ(z) rounds to 1 the product is 1/0 or 0/0, and before that its digits
// go, by 2^(−53) e^|z|. Hence a − y is computed directly.
func TestBook3_SaturatedCrossEntropy(t *testing.T) {
	t.Log("Claim: as a saturates ∂C/∂a tends to 1/0 or 0/0 and σ′(z) to 0; their product a − y is lost in floating point unless computed directly")
	grad := func(a, y float64) float64 {
		g := make([]float64, 1)
		CrossEntropy.Gradient(g, []float64{a}, []float64{y})
		return g[0]
	}
	t.Run("y = 0, a → 1: the product loses its digits, then is no number; a − y does not", func(t *testing.T) {
		for _, z := range []float64{1, 10, 20, 30, 36, 37, 800} {
			product := outputErrorAt(t, SigmoidNeurons, general{CrossEntropy}, []float64{z}, []float64{0})[0]
			direct := outputErrorAt(t, SigmoidNeurons, CrossEntropy, []float64{z}, []float64{0})[0]
			want, bound := 1/(1+math.Exp(-z)), math.Exp(z-53*math.Ln2)+1e-15
			t.Logf("z = %-4v ∂C/∂a = %-10.4g σ′ = %-10.4g product %-20.17g a − y = %.17g   bound %.1e", z, grad(Sigmoid(z), 0), SigmoidPrime(z), product, direct, bound)
			if math.Abs(direct-want) > 1e-15 || (z < 37 && !(math.Abs(product-want) <= bound)) || (z >= 37 && !math.IsInf(product, 1) && !math.IsNaN(product)) {
				t.Errorf("z = %v: product %v, directly %v; want %v", z, product, direct, want)
			}
		}
		if off := 1 - outputErrorAt(t, SigmoidNeurons, general{CrossEntropy}, []float64{36}, []float64{0})[0]; math.Abs(off) < 0.01 {
			t.Errorf("at z = 36 the product is off by %v only", off)
		}
	})

	t.Run("y = 1, a → 1: ∂C/∂a → −1 from inside, and is 0/0 at a = 1", func(t *testing.T) {
		for _, a := range []float64{0.9, 0.999, 1 - 1e-9, 1} {
			t.Logf("1 − a = %-8.2g ∂C/∂a = %-12.9v its limit −1", 1-a, grad(a, 1))
			if a < 1 && !(math.Abs(grad(a, 1)+1) <= 1.2*(1-a)) || math.IsNaN(grad(a, 1)) != (a == 1) {
				t.Errorf("a = %v: ∂C/∂a = %v", a, grad(a, 1))
			}
		}
		t.Logf("at z = 800 the product is %v, a − y = %v", outputErrorAt(t, SigmoidNeurons, general{CrossEntropy}, []float64{800}, []float64{1})[0], outputErrorAt(t, SigmoidNeurons, CrossEntropy, []float64{800}, []float64{1})[0])
		if d := outputErrorAt(t, SigmoidNeurons, CrossEntropy, []float64{800}, []float64{1})[0]; d != 0 {
			t.Errorf("directly %v; want 0", d)
		}
	})

	t.Run("softmax with log-likelihood likewise: once a_r underflows, −1/a_r times 0", func(t *testing.T) {
		for _, z := range []float64{10, 700, 750} {
			y := []float64{0, 1}
			product, direct := outputErrorAt(t, SoftmaxLayer, general{LogLikelihood}, []float64{z, 0}, y), outputErrorAt(t, SoftmaxLayer, LogLikelihood, []float64{z, 0}, y)
			t.Logf("z = (%v, 0)   product %v   a − y = %v", z, product, direct)
			if math.IsNaN(product[1]) != (z == 750) || math.Abs(direct[0]-1) > 1e-4 || math.Abs(direct[1]+1) > 1e-4 {
				t.Errorf("z = %v: product %v, directly %v", z, product, direct)
			}
		}
	})
}

// Initial weights from N(0, 1/n). Of 1,000 inputs half are 1 and half 0; then z is a
// sum of 500 weights and a bias and its standard deviation is √(500/1000 + 1) = √(3/2), whatever
// the size of the layer. With weights from N(0, 1) it is √501, and five neurons
// of six start with |z| > 5, on the flat ends of σ. It is √(‖x‖²/n + 1) for
// any x, so that √(3/2) is for this one.
func TestBook3_ScaledWeights(t *testing.T) {
	t.Log("Claim: with weights from N(0, 1/n), biases from N(0, 1) and half of the n inputs 1, half 0, z has standard deviation √(3/2); with weights from N(0, 1), √501 for n = 1000")
	spread := func(init func(*Network, uint64), ones, inputs int) (deviation, flat float64) {
		x, neurons := make([]float64, inputs), 2_000_000/max(inputs, 200)
		for k := range ones {
			x[k*inputs/ones] = 1
		}
		net := New(LinearNeurons, inputs, neurons) // 2,000 and more samples of z
		init(net, 17)
		z := net.FeedForward(x)
		for _, z := range z {
			if math.Abs(z) > 5 {
				flat += 1 / float64(neurons)
			}
		}
		return norm(z) / math.Sqrt(float64(neurons)), flat
	}
	for _, test := range []struct {
		name         string
		init         func(*Network, uint64)
		ones, inputs int
		variance     float64
	}{
		{"N(0, 1/n), half of 1,000 inputs 1: √(3/2)", (*Network).InitScaled, 500, 1000, 1.5},
		{"N(0, 1/n), half of 100 inputs 1: √(3/2) again", (*Network).InitScaled, 50, 100, 1.5},
		{"N(0, 1/n), half of 10 inputs 1: √(3/2) again", (*Network).InitScaled, 5, 10, 1.5},
		{"N(0, 1), half of 1,000 inputs 1: √501", (*Network).InitLarge, 500, 1000, 501},
		{"N(0, 1), half of 100 inputs 1: √51, for it depends on n", (*Network).InitLarge, 50, 100, 51},
		{"fails for other inputs: N(0, 1/n), all of 100 inputs 1, √2", (*Network).InitScaled, 100, 100, 2},
		{"fails for other inputs: N(0, 1/n), 1 of 100 inputs 1, √1.01", (*Network).InitScaled, 1, 100, 1.01},
	} {
		t.Run(test.name, func(t *testing.T) {
			deviation, flat := spread(test.init, test.ones, test.inputs)
			want := math.Sqrt(test.variance)
			between(t, fmt.Sprintf("√%-5v = %7.4f", test.variance, want), "standard deviation of z", 0.95*want, deviation, 1.05*want)
			beyond := math.Erfc(5 / want / math.Sqrt2) // of a normal distribution
			atMost(t, fmt.Sprintf("of the neurons %.4f have |z| > 5, by the normal distribution %.4f", flat, beyond), "difference", math.Abs(flat-beyond), 0.025)
		})
	}
}

// shrunk returns the weights of a linear neuron after n steps of regularisation
// alone: its inputs are 0, so that no example says anything about its weights.
func shrunk(t *testing.T, s SGD, n int, w ...float64) []float64 {
	t.Helper()
	net, x := oneNeuron(LinearNeurons, 0, w...), make([]float64, len(w))
	s.Cost, s.BatchSize = Quadratic, 2
	for range n {
		takeStep(t, &s, net, Examples{{x, []float64{0}}, {x, []float64{0}}}, 0, 1)
	}
	return net.Weights[1][0]
}

// fitted returns the weight of a linear neuron after n steps on the examples (1, y)
// and (−1, −y), which want w = y and pull the bias to 0 from both sides.
func fitted(t *testing.T, s SGD, n int, y float64) float64 {
	t.Helper()
	net := oneNeuron(LinearNeurons, 0, 0)
	s.Cost, s.BatchSize = Quadratic, 2
	for range n {
		takeStep(t, &s, net, Examples{{[]float64{1}, []float64{y}}, {[]float64{-1}, []float64{-y}}}, 0, 1)
	}
	return net.Weights[1][0][0]
}

// regularised holds a step with η = 1 on a whole training set against minus the
// central differences of C + (1/n) Σ penalty(w), and its changes of the biases against
// those of a step without regularisation.
func regularised(t *testing.T, s SGD, penalty func(w float64) float64) {
	t.Helper()
	net, data := randomNetwork(12, SigmoidNeurons, 3, 4, 2), randomExamples(12, 5, 3, 2)
	numeric := differences(net, 1e-4, func(net *Network) (c float64) {
		for _, e := range data {
			c += CrossEntropy.Of(net.FeedForward(e.X), e.Y) / 5
		}
		for _, w := range slices.Concat(net.Weights...) {
			for _, w := range w {
				c += penalty(w) / 5
			}
		}
		return c
	})
	plain := stepOn(t, net, CrossEntropy, data, 1, 0, 1, 2, 3, 4)
	s.Cost, s.Eta, s.BatchSize = CrossEntropy, 1, 5
	step := net.Clone()
	takeStep(t, &s, step, data, 0, 1, 2, 3, 4)
	each(step, net, func(p, q *float64) { *p -= *q })
	each(numeric, numeric, func(p, _ *float64) { *p = -*p })
	row := fmt.Sprintf("λ = %-4v λ₁ = %-4v", s.Lambda, s.Lambda1)
	atMost(t, row, "largest difference of weights and biases     ", distance(step, numeric), 1e-7)
	atMost(t, row, "relative difference of biases to those with 0", apart(slices.Concat(step.Biases...), slices.Concat(plain.Biases...)), 0)
}

// L2 regularisation adds (λ/2n) Σw² to C: every step also multiplies each weight by 1 − ηλ/n,
// takes more from a large weight than from a small one, and none becomes 0. Biases are left alone.
// The least of ½(w − y)² + (λ/2n)w² is at w = y/(1 + λ/n).
func TestBook3_L2Regularisation(t *testing.T) {
	t.Log("Claim: L2 regularisation multiplies each weight by 1 − ηλ/n in every step, a large one losing more than a small one; it makes none 0 and leaves biases alone")
	s := SGD{Eta: 0.5, Lambda: 0.4} // n = 2: ηλ/n = 0.1
	t.Run("by hand: η = 0.5, λ = 0.4, n = 2, so that each weight loses a tenth", func(t *testing.T) {
		for i, want := range [][]float64{{8, -0.5, 0}, {7.2, -0.45, 0}, {6.48, -0.405, 0}, {5.832, -0.3645, 0}} {
			w := shrunk(t, s, i, 8, -0.5, 0)
			t.Logf("after %d steps w = %.4f   by hand %v", i, w, want)
			if apart(w, want) > 1e-15 {
				t.Errorf("w = %v; want %v", w, want)
			}
		}
	})

	t.Run("fails to make a weight 0: after 1,000 steps (1 − ηλ/n)^1000 of it is left", func(t *testing.T) {
		w := shrunk(t, s, 1000, 8)[0]
		atMost(t, fmt.Sprintf("8 becomes %.6g > 0", w), "relative difference to 8 · 0.9^1000", relative(w, 8*math.Pow(0.9, 1000)), 1e-12)
	})

	t.Run("a step goes down C + (λ/2n) Σw², by central differences; biases as without λ", func(t *testing.T) {
		for _, lambda := range []float64{0, 0.5, 3} {
			regularised(t, SGD{Lambda: lambda}, func(w float64) float64 { return lambda / 2 * w * w })
		}
	})

	t.Run("against an example that wants w = y it ends at y/(1 + λ/n), in proportion", func(t *testing.T) {
		for _, y := range []float64{8, 0.5, -0.05} {
			w := fitted(t, SGD{Eta: 0.5, Lambda: 2}, 200, y)
			atMost(t, fmt.Sprintf("λ/n = 1   y = %-6v w = %-8.4f", y, w), "relative difference to y/2", relative(w, y/2), 1e-14)
		}
	})
}

// L1 regularisation adds (λ₁/n) Σ|w| to C: every step also takes ηλ₁/n from the size of each weight,
// large or small, which is less than L2 takes from a large weight and more than it takes from a small
// one. So small weights reach 0, and then swing about it by less than one such step.
// The least of ½(w − y)² + (λ₁/n)|w| is at y − (λ₁/n) sgn y, or at 0 if |y| ≤ λ₁/n.
func TestBook3_L1Regularisation(t *testing.T) {
	t.Log("Claim: L1 regularisation takes the same ηλ₁/n from every weight in every step, less than L2 from a large one and more from a small one, and drives small ones to 0")
	s := SGD{Eta: 0.5, Lambda1: 0.4} // n = 2: ηλ₁/n = 0.1
	t.Run("by hand: η = 0.5, λ₁ = 0.4, n = 2, so that each weight loses 0.1", func(t *testing.T) {
		for i, want := range [][]float64{{8, -0.5, 0}, {7.9, -0.4, 0}, {7.8, -0.3, 0}, {7.7, -0.2, 0}} {
			w := shrunk(t, s, i, 8, -0.5, 0)
			t.Logf("after %d steps w = %.4f   by hand %v", i, w, want)
			if apart(w, want) > 1e-15 {
				t.Errorf("w = %v; want %v", w, want)
			}
		}
	})

	t.Run("against L2 with the same λ: it takes less where |w| > 1, more where |w| < 1", func(t *testing.T) {
		for _, w := range []float64{100, 2, 1, 0.5, 0.15} {
			l1, l2 := w-shrunk(t, s, 1, w)[0], w-shrunk(t, SGD{Eta: 0.5, Lambda: 0.4}, 1, w)[0]
			t.Logf("w = %-5v L1 takes %.4f   L2 takes %.4f", w, l1, l2)
			if math.Abs(l1-0.1) > 1e-13 || (w > 1 && l1 >= l2) || (w < 1 && l1 <= l2) {
				t.Errorf("w = %v: L1 takes %v, L2 %v", w, l1, l2)
			}
		}
	})

	t.Run("fails near 0: a weight below ηλ₁/n overshoots, to and fro; only at 0 itself it rests", func(t *testing.T) {
		for i, want := range []float64{0.03, -0.07, 0.03, -0.07} {
			w := shrunk(t, s, i, 0.03, 0)
			t.Logf("(0.03, 0) after %d steps: %.4f", i, w)
			if math.Abs(w[0]-want) > 1e-15 || w[1] != 0 {
				t.Errorf("w = %v; want %v and 0", w, want)
			}
		}
	})

	t.Run("a step goes down C + (λ₁/n) Σ|w|, by central differences; biases as without λ₁", func(t *testing.T) {
		for _, lambda := range []float64{0, 0.5, 3} {
			regularised(t, SGD{Lambda1: lambda}, func(w float64) float64 { return lambda * math.Abs(w) })
		}
	})

	t.Run("against an example that wants w = y it ends at y − λ₁/n, or within ηλ₁/n of 0 if y is less", func(t *testing.T) {
		for _, test := range []struct{ y, want, within float64 }{{8, 7, 1e-14}, {-3, -2, 1e-14}, {0.5, 0, 0.5}, {-0.05, 0, 0.5}} {
			w := fitted(t, SGD{Eta: 0.5, Lambda1: 2}, 200, test.y)
			atMost(t, fmt.Sprintf("λ₁/n = 1   y = %-6v w = %-8.4f", test.y, w), fmt.Sprintf("|w − %v|", test.want), math.Abs(w-test.want), test.within)
		}
	})
}

// untilNoImprovement trains net until score has not improved in the given number of epochs. It
// returns a copy of the best network, the number of epochs after which that was, and
// the scores before the first epoch and after each.
func untilNoImprovement(t *testing.T, s *SGD, net *Network, train Data, score func(*Network) float64, epochs int) (best *Network, at int, scores []float64) {
	t.Helper()
	best, scores = net.Clone(), []float64{score(net)}
	for epoch := 1; epoch <= at+epochs; epoch++ {
		if _, err := s.Epoch(net, train, epoch); err != nil {
			t.Fatal(err)
		}
		scores = append(scores, score(net))
		if scores[epoch] > scores[at] {
			best, at = net.Clone(), epoch
		}
	}
	return best, at, scores
}

// Early stopping: train until the score on validation examples has not improved in n epochs, and
// keep the best network, which is a copy, for training has spoilt the original. It is
// the caller's loop around SGD.Epoch. It cannot know what comes later: if n is
// small it stops on the first plateau.
func TestBook3_EarlyStopping(t *testing.T) {
	t.Log("Claim: to stop when n epochs have brought no improvement on validation examples, and keep a copy of the best network, saves the epochs that spoil it; if n is small it stops too soon")
	t.Run("the training example says 1, validation ½: b = 1 − 2(1 − η)^epoch is best after ln ¼/ln(1 − η) epochs", func(t *testing.T) {
		for _, eta := range []float64{0.02, 0.1, 0.3} {
			for _, n := range []int{1, 10} {
				net, s := oneNeuron(LinearNeurons, -1, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
				best, at, scores := untilNoImprovement(t, &s, net, biasOnly(1), func(net *Network) float64 { return -math.Abs(net.Biases[1][0] - 0.5) }, n)
				want := math.Log(0.25) / math.Log(1-eta)
				t.Logf("η = %-5v n = %-3d best after %2d epochs, by formula %.2f   stops after %2d   b = %.4f, at the end %.4f", eta, n, at, want, len(scores)-1, best.Biases[1][0], net.Biases[1][0])
				if math.Abs(float64(at)-want) > 0.6 || len(scores)-1 != at+n || relative(best.Biases[1][0], 1-2*math.Pow(1-eta, float64(at))) > 1e-13 || math.Abs(net.Biases[1][0]-0.5) <= math.Abs(best.Biases[1][0]-0.5) {
					t.Errorf("best after %d epochs of %d: b = %v", at, len(scores)-1, best.Biases[1][0])
				}
			}
		}
	})

	all := DrawDigits(200, 5)
	train, validation := all.Slice(0, 100), all.Slice(100, 200)
	correct := func(net *Network) float64 { return float64(Correct(net, validation)) }
	start := New(SigmoidNeurons, Side*Side, 10, 10)
	start.InitScaled(3)
	settings := SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 10}
	s := settings
	_, top, record := untilNoImprovement(t, &s, start.Clone(), train, correct, 20)
	for _, n := range []int{1, 3, 10} {
		t.Run(fmt.Sprintf("100 drawn digits, n = %d: it stops where the record of a long run says, and keeps the best so far", n), func(t *testing.T) {
			end := n // the first epoch at which the best is n epochs old, by looking back
			for slices.Index(record, slices.Max(record[:end+1])) > end-n {
				end++
			}
			s, net := settings, start.Clone()
			best, at, scores := untilNoImprovement(t, &s, net, train, correct, n)
			t.Logf("stops after %2d epochs, by the record %2d   best %v of %d after %2d, by the record %v   at the end %v   best of the long run %v after %d",
				len(scores)-1, end, correct(best), validation.Len(), at, slices.Max(record[:end+1]), correct(net), record[top], top)
			if len(scores)-1 != end || correct(best) != slices.Max(record[:end+1]) || correct(best) < correct(net) {
				t.Errorf("stops after %d epochs with %v correct; want %d and %v", len(scores)-1, correct(best), end, slices.Max(record[:end+1]))
			}
			if n == 1 && correct(best) >= record[top] {
				t.Errorf("n = 1 finds the best, %v: the plateau is missing", correct(best))
			}
		})
	}
}

// A learning-rate schedule: when the validation score has not improved in n epochs, halve η, and end
// when it is 1/128 of what it was. It is early stopping eight times over, in the caller's
// loop. Large η first, to come near; small η last, because at a constant η contradicting examples keep
// the weights off their mean by O(η). A start that is too small is not
// mended: the schedule only ever lowers η.
func TestBook3_LearningRateSchedule(t *testing.T) {
	t.Log("Claim: to halve η whenever validation does not improve, down to 1/128, ends within O(η/128) of the best weights, where a constant η stays within O(η)")
	var data Examples // of mean 3, in contradiction: the least cost is at b = 3
	for i := range 20 {
		data = append(data, biasOnly(3+float64(2*(i%2)-1))...)
	}
	score := func(net *Network) float64 { return -math.Abs(net.Biases[1][0] - 3) }
	schedule := func(t *testing.T, eta float64) (net *Network, rates []float64) {
		net = oneNeuron(LinearNeurons, -5, 0)
		s := SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
		for ; s.Eta >= eta/128; s.Eta /= 2 {
			best, at, scores := untilNoImprovement(t, &s, net, data, score, 5)
			// in one epoch ten examples of 2 and ten of 4, in whatever order, move b by less than 10η
			atMost(t, fmt.Sprintf("η = %-8.5f %3d epochs, best after %3d   b = %.6f", s.Eta, len(scores)-1, at, best.Biases[1][0]), "|b − 3| at the end", -score(net), 10*s.Eta)
			rates = append(rates, s.Eta)
		}
		return net, rates
	}
	t.Run("from η = 0.5: seven halvings, and each rate's error within its bound", func(t *testing.T) {
		net, rates := schedule(t, 0.5)
		if len(rates) != 8 || rates[7] != 0.5/128 {
			t.Errorf("rates %v; want 1/2 to 1/256", rates)
		}
		constant, sum := oneNeuron(LinearNeurons, -5, 0), 0.0
		s := SGD{Cost: Quadratic, Eta: 0.5, BatchSize: 1}
		for epoch := range 200 {
			if _, err := s.Epoch(constant, data, epoch); err != nil {
				t.Fatal(err)
			}
			sum += score(constant) * score(constant) / 200
		}
		// an endless row of ±1 has variance η/(2 − η) = 1/3
		between(t, "constant η = 0.5, 200 epochs", "root mean square error", 0.9/math.Sqrt(3), math.Sqrt(sum), 1.1/math.Sqrt(3))
		atMost(t, "with the schedule           ", "error at the end", -score(net), 0.1/math.Sqrt(3))
	})

	t.Run("fails if η is too small at the start: it improves in every epoch, and arrives nowhere", func(t *testing.T) {
		net, s := oneNeuron(LinearNeurons, -5, 0), SGD{Cost: Quadratic, Eta: 1e-5, BatchSize: 20}
		improved := 0
		for epoch := range 500 {
			before := score(net)
			if _, err := s.Epoch(net, data, epoch); err != nil {
				t.Fatal(err)
			}
			improved += int(Step(score(net) - before))
		}
		t.Logf("η = 10⁻⁵: %d of 500 epochs improve, error still %.6f, 8(1 − η)^500 = %.6f", improved, -score(net), 8*math.Pow(1-1e-5, 500))
		if improved != 500 || relative(-score(net), 8*math.Pow(1-1e-5, 500)) > 1e-12 {
			t.Errorf("%d epochs improve, error %v", improved, -score(net))
		}
	})
}

// Momentum: v ← μv − η∇C, w ← w + v. On C = ½w² that is w_(n+1) = (1 + μ − η)w_n − μw_(n−1), whose
// solutions are powers of the roots of λ² − (1 + μ − η)λ + μ. Their product is μ. So for 0 < μ < 1 complex
// ones damp by √μ a step; μ > 1 makes the velocity grow without bound, at any
// η; and μ < 0 turns each step partly back, which lets only a smaller η, below 2(1 + μ), converge.
// Both roots are inside the unit circle if |μ| < 1 and 0 < η < 2(1 + μ).
func TestBook3_Momentum(t *testing.T) {
	t.Log("Claim: on C = w²/2 momentum converges if |μ| < 1 and 0 < η < 2(1 + μ), as the roots of λ² − (1 + μ − η)λ + μ say; for μ > 1 the velocity grows without bound, for μ < 0 steps work against one another")
	path := func(t *testing.T, mu, eta float64, n int) (w, v []float64) { // w_0 = b_0 = 1, v_0 = 0
		t.Helper()
		net, s := oneNeuron(LinearNeurons, 1, 1), SGD{Cost: Quadratic, Eta: eta, BatchSize: 2, Momentum: mu}
		data := Examples{{[]float64{1}, []float64{0}}, {[]float64{-1}, []float64{0}}} // of C = ½w² + ½b²
		w, v = []float64{1}, []float64{0}
		for largest := 1.0; len(w) <= n && largest < 1e100; largest = max(largest, math.Abs(w[len(w)-1])) {
			takeStep(t, &s, net, data, 0, 1)
			w, v = append(w, net.Weights[1][0][0]), append(v, net.Weights[1][0][0]-w[len(w)-1])
			if mu != 0 {
				v[len(v)-1] = s.Velocity.Weights[1][0][0]
			}
			if b := net.Biases[1][0]; math.Abs(b-w[len(w)-1]) > 1e-9*largest {
				t.Errorf("μ = %v, η = %v: step %d leads to w = %v but b = %v", mu, eta, len(w)-1, w[len(w)-1], b)
			}
		}
		return w, v
	}
	roots := func(mu, eta float64) (p, q complex128) {
		half := complex((1+mu-eta)/2, 0)
		root := cmplx.Sqrt(half*half - complex(mu, 0))
		return half + root, half - root
	}

	t.Run("by hand: μ = ½, η = ¼, from w = 1 at rest", func(t *testing.T) {
		w, v := path(t, 0.5, 0.25, 3)
		for i, by := range []struct{ v, w float64 }{{0, 1}, {-0.25, 0.75}, {-0.3125, 0.4375}, {-0.265625, 0.171875}} {
			t.Logf("step %d   v = %-9v w = %-9v by hand %v and %v", i, v[i], w[i], by.v, by.w)
			if v[i] != by.v || w[i] != by.w {
				t.Errorf("step %d: v = %v, w = %v; want %v and %v", i, v[i], w[i], by.v, by.w)
			}
		}
	})

	for _, test := range []struct {
		name    string
		mu, eta float64
	}{
		{"μ = 0 is (1 − η)^n", 0, 0.1},
		{"μ = 0.3, η = 0.1: two real roots, no swinging", 0.3, 0.1},
		{"μ = 0.9, η = 0.1: swings, damped by √μ a step", 0.9, 0.1},
		{"μ = 0.9, η = 3.7: more than η = 2, where it would diverge without momentum", 0.9, 3.7},
		{"fails for μ = 1: no friction, it swings for ever", 1, 0.1},
		{"fails for μ = 1.1 > 1: the velocity grows by √μ a step", 1.1, 0.1},
		{"fails for μ = 2 > 1: the velocity grows on one side, without bound", 2, 0.1},
		{"μ = −0.5 < 0, η = 0.1: slower than with μ = 0", -0.5, 0.1},
		{"fails for μ = −0.5 < 0, η = 1.5: diverges, where μ = 0 converges", -0.5, 1.5},
		{"fails for μ = −1.1 < −1: the velocity changes its sign and grows", -1.1, 0.1},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, v := path(t, test.mu, test.eta, 80)
			p, q := roots(test.mu, test.eta)
			off, growth := 0.0, max(cmplx.Abs(p), cmplx.Abs(q))
			for n := range w {
				// from w_0 = 1 and w_1 = 1 − η
				c := (complex(1-test.eta, 0) - q) / (p - q)
				want := c*cmplx.Pow(p, complex(float64(n), 0)) + (1-c)*cmplx.Pow(q, complex(float64(n), 0))
				off = max(off, cmplx.Abs(want-complex(w[n], 0))/math.Pow(growth, float64(n)))
				if n > 0 { // w ← w + v
					off = max(off, math.Abs(w[n-1]+v[n]-w[n])/math.Pow(growth, float64(n)))
				}
			}
			atMost(t, fmt.Sprintf("|λ| = %.4f, %.4f   w_80 = %-10.3g v_80 = %-10.3g", cmplx.Abs(p), cmplx.Abs(q), w[80], v[80]), "off the powers of λ by", off, 1e-12)
		})
	}

	t.Run("a grid of μ from −1.25 to 1.25 and η from 0.05 to 4.45: it converges if |μ| < 1 and η < 2(1 + μ), and only there", func(t *testing.T) {
		inside, outside := 0, 0
		for mu := -1.25; mu <= 1.25; mu += 0.25 {
			for eta := 0.05; eta < 4.5; eta += 0.2 { // never on the line itself
				w, _ := path(t, mu, eta, 400)
				rest := math.Abs(w[len(w)-1]) + math.Abs(w[len(w)-2])
				stable := math.Abs(mu) < 1 && eta < 2*(1+mu)
				if stable {
					inside++
				} else {
					outside++
				}
				if (rest < 0.01) != stable {
					t.Errorf("μ = %v, η = %.2f: |w| = %v after %d steps", mu, eta, rest, len(w)-1)
				}
			}
		}
		t.Logf("%d pairs inside converge, %d outside do not", inside, outside)
	})
}

// σ(z) = (1 + tanh(z/2))/2: sigmoid and tanh neurons are the same but for a change of scale.
// Halve the weights into hidden sigmoid neurons, let them answer tanh, halve the weights out of them
// and add these halves to the next bias: the network answers as before. In floating point
// 1 + tanh(z/2) loses its digits for z ≪ 0.
func TestBook3_SigmoidIsTanh(t *testing.T) {
	t.Log("Claim: σ(z) = (1 + tanh(z/2))/2, so that for each network of sigmoid neurons one of tanh neurons answers alike; for z ≪ 0 the formula loses its digits")
	t.Run("σ against math.Tanh, and σ′ against (1 − tanh²(z/2))/4", func(t *testing.T) {
		for _, z := range []float64{-10, -1, -0.001, 0, 0.5, 3, 36, 800} {
			th := math.Tanh(z / 2)
			atMost(t, fmt.Sprintf("z = %-6v σ = %.15f", z, Sigmoid(z)), "|σ − (1 + tanh)/2|  ", math.Abs(Sigmoid(z)-(1+th)/2), 2.3e-16)
			atMost(t, fmt.Sprintf("z = %-6v σ′ = %.14f", z, SigmoidPrime(z)), "|σ′ − (1 − tanh²)/4|", math.Abs(SigmoidPrime(z)-(1-th*th)/4), 2.3e-16)
		}
	})

	t.Run("fails in floating point: (1 + tanh(z/2))/2 is 0 from z = −39 on", func(t *testing.T) {
		for _, z := range []float64{-20, -30, -36, -39, -700} {
			by := (1 + math.Tanh(z/2)) / 2
			t.Logf("z = %-5v (1 + tanh)/2 = %-10.4g σ = %-10.4g relative difference %.1e", z, by, Sigmoid(z), relative(by, Sigmoid(z)))
			if (by == 0) != (z <= -39) || relative(Sigmoid(z), math.Exp(z)/(1+math.Exp(z))) > 1e-15 {
				t.Errorf("z = %v: %v and %v", z, by, Sigmoid(z))
			}
		}
	})

	t.Run("a network with hidden tanh neurons that answers as one with sigmoid neurons", func(t *testing.T) {
		for _, sizes := range [][]int{{4, 5, 3}, {4, 6, 5, 3}, {4, 3, 3, 3, 2}} {
			net := randomNetwork(13, SigmoidNeurons, sizes...)
			same := net.Clone()
			same.Hidden = tangent{}
			for l := 1; l < len(sizes); l++ {
				for j, w := range same.Weights[l] {
					for k := range w {
						if l > 1 { // a = (1 + tanh)/2 comes in
							w[k] /= 2
							same.Biases[l][j] += w[k]
						}
						if l < len(sizes)-1 { // tanh(z/2) goes out
							w[k] /= 2
						}
					}
					if l < len(sizes)-1 {
						same.Biases[l][j] /= 2
					}
				}
			}
			worst := 0.0
			for _, e := range randomExamples(13, 50, 4, 1) {
				worst = max(worst, apart(net.FeedForward(e.X), same.FeedForward(e.X)))
			}
			atMost(t, fmt.Sprintf("%v", sizes), "largest relative difference of answers to 50 inputs", worst, 1e-14)
		}
	})
}

// One fact ties chapter 3 together: sigmoid neurons with cross-entropy, softmax with
// log-likelihood and linear neurons with quadratic cost all have δ^L = a − y. Sigmoid neurons with
// quadratic cost are the odd one out: there δ^L = (a − y) σ'(z), at most a quarter of it,
// and e^(−|z|) of it where the neuron is saturated.
func TestBook3_OneFact(t *testing.T) {
	t.Log("Claim: sigmoid with cross-entropy, softmax with log-likelihood and linear with quadratic cost all have δ^L = a − y; sigmoid with quadratic cost has σ′(z) times that")
	z := []float64{2, -1, 0.5, -3}
	y := []float64{0, 0, 1, 0}
	for _, pair := range pairings {
		matches := pair.cost != Quadratic || pair.output == LinearNeurons
		t.Run(fmt.Sprintf("%s: δ = a − y is %v", pair.name, matches), func(t *testing.T) {
			net := New(pair.output, 1, 4)
			copy(net.Biases[1], z)
			a, numeric := net.FeedForward([]float64{0}), numericGradient(net, pair.cost, []float64{0}, y).Biases[1]
			delta, product := outputErrorAt(t, pair.output, pair.cost, z, y), outputErrorAt(t, pair.output, general{pair.cost}, z, y)
			difference := make([]float64, 4)
			for j := range a {
				difference[j] = a[j] - y[j]
			}
			t.Logf("a − y = %8.5f", difference)
			t.Logf("δ     = %8.5f", delta)
			atMost(t, "δ against central differences of C      ", "relative difference", apart(delta, numeric), 1e-7)
			atMost(t, "δ against ∂C/∂a times the layer's ∂a/∂z", "relative difference", apart(delta, product), 1e-14)
			if matches {
				atMost(t, "central differences of C against a − y  ", "relative difference", apart(numeric, difference), 1e-7)
			} else {
				between(t, "central differences of C against a − y  ", "relative difference", 0.1, apart(numeric, difference), 1)
			}
		})
	}

	t.Run("what it costs: a neuron that should answer 0 and is ever more wrong, δ of each pairing", func(t *testing.T) {
		for _, z := range []float64{0, 2, 5, 10, 20} {
			off := []float64{0}
			quad, cross := outputErrorAt(t, SigmoidNeurons, Quadratic, []float64{z}, off)[0], outputErrorAt(t, SigmoidNeurons, CrossEntropy, []float64{z}, off)[0]
			soft := outputErrorAt(t, SoftmaxLayer, LogLikelihood, []float64{z, 0}, []float64{0, 1})[0]
			linear := outputErrorAt(t, LinearNeurons, Quadratic, []float64{z}, off)[0]
			t.Logf("z = %-3v linear %-3v cross-entropy %.6f   log-likelihood %.6f   quadratic %.3g", z, linear, cross, soft, quad)
			between(t, fmt.Sprintf("z = %-3v", z), "δ quadratic/δ cross-entropy", math.Exp(-z)/4*(1-1e-15), quad/cross, min(math.Exp(-z), 0.2501))
			if linear != z || relative(cross, 1/(1+math.Exp(-z))) > 1e-15 || relative(soft, cross) > 1e-15 {
				t.Errorf("z = %v: %v, %v and %v", z, linear, cross, soft)
			}
		}
	})
}

// What these tests share.

// oneNeuron returns a network that is a single neuron.
func oneNeuron(kind Activation, b float64, w ...float64) *Network {
	net := New(kind, len(w), 1)
	net.Biases[1][0] = b
	copy(net.Weights[1][0], w)
	return net
}

// biasOnly is one example of the input 0, which leaves C to depend on a neuron's bias alone.
func biasOnly(y float64) Examples { return Examples{{[]float64{0}, []float64{y}}} }

// gradientOf is Gradient for a network that can learn.
func gradientOf(t *testing.T, net *Network, cost Cost, x, y []float64) *Network {
	t.Helper()
	nabla, err := Gradient(net, cost, x, y)
	if err != nil {
		t.Fatal(err)
	}
	return nabla
}

// takeStep is SGD.Step for a network that can learn.
func takeStep(t *testing.T, s *SGD, net *Network, data Data, batch ...int) float64 {
	t.Helper()
	cost, err := s.Step(net, data, batch)
	if err != nil {
		t.Fatal(err)
	}
	return cost
}

// stepOn returns by how much one step on the mini-batch would change net, which it leaves alone.
func stepOn(t *testing.T, net *Network, cost Cost, data Data, eta float64, batch ...int) *Network {
	t.Helper()
	after, s := net.Clone(), SGD{Cost: cost, Eta: eta, BatchSize: len(batch)}
	takeStep(t, &s, after, data, batch...)
	each(after, net, func(p, q *float64) { *p -= *q })
	return after
}

// matrix returns rows × cols zeros.
func matrix(rows, cols int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

// times returns the matrix product of m and n.
func times(m, n [][]float64) [][]float64 {
	product := matrix(len(m), len(n[0]))
	for i := range m {
		for j := range n[0] {
			for k := range n {
				product[i][j] += m[i][k] * n[k][j]
			}
		}
	}
	return product
}

// transpose returns mᵀ. The transpose of one row is a column.
func transpose(m [][]float64) [][]float64 {
	turned := matrix(len(m[0]), len(m))
	for i := range m {
		for j := range m[i] {
			turned[j][i] = m[i][j]
		}
	}
	return turned
}
