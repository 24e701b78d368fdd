package nndl

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// These are the exercises of the book's chapter 2, on backpropagation, that Sikdar's text leaves out or only uses.
//
//	go test -v -run Book2

// BP1 and BP2 in matrix form. Claim: let Σ'(z) be the matrix with σ'(z_j) on its diagonal and 0 elsewhere. Then
//
//	δ^L = Σ'(z^L) ∇_a C                       (BP1)
//	δ^l = Σ'(z^l) (w^(l+1))ᵀ δ^(l+1)          (BP2)
//	δ^l = Σ'(z^l) (w^(l+1))ᵀ ⋯ Σ'(z^(L−1)) (w^L)ᵀ Σ'(z^L) ∇_a C
//
// Proof: entry j of Σ'(z)v is Σ_i Σ'(z)_ji v_i. All terms with i ≠ j are 0, and σ'(z_j) v_j is left. So to multiply by
// Σ'(z) is to multiply entry by entry by σ'(z), and the first two lines are BP1 and BP2. For the third, start with the
// second. Replace δ^(l+1) in it by what the second line says of layer l + 1, then δ^(l+2), and so on. At the end
// replace δ^L by the first line.
//
// Where Σ' comes from: by the chain rule ∂C/∂z_j = Σ_i ∂a_i/∂z_j ∂C/∂a_i, so that δ = Jᵀ ∇_a C with the Jacobian J_ij =
// ∂a_i/∂z_j of the layer. For neurons a_i depends on z_i alone, J is diagonal, and Jᵀ = J = Σ'(z). For a softmax layer
// of two or more outputs every a_i depends on every z_j, and J is not diagonal.
func TestBook2_MatrixForm(t *testing.T) {
	t.Log("Claim: δ^L = Σ'(z^L)∇_a C and δ^l = Σ'(z^l)(w^(l+1))ᵀδ^(l+1), with a diagonal matrix Σ'(z).")
	for _, output := range []Differentiable{SigmoidNeurons, LinearNeurons, SoftmaxLayer} {
		t.Run(fmt.Sprintf("%v outputs: the matrices, multiplied with one another first, then with ∇_a C", output),
			func(t *testing.T) { matrixFormProducts(t, output) })
	}
	t.Run("fails for a softmax layer: Σ' is not diagonal, and its diagonal alone gives another δ", matrixFormSoftmax)
}

// A matrixFormExample is a network of four layers with one example under quadratic cost.
type matrixFormExample struct {
	net   *Network
	z, a  [][]float64
	nabla *Network    // ∇C by Gradient
	gradC [][]float64 // ∇_a C = a^L − y, a column
}

func newMatrixFormExample(t *testing.T, output Differentiable) matrixFormExample {
	x, y := []float64{0.5, -1, 2}, []float64{1, 0}
	net := randomNetwork(4, output, 3, 4, 5, 2)
	z, a := net.Activations(x)
	gradC := [][]float64{{a[3][0] - y[0]}, {a[3][1] - y[1]}}
	return matrixFormExample{net, z, a, gradientOf(t, net, Quadratic, x, y), gradC}
}

// matrixFormJacobian returns ∂a_i/∂z_j of a layer in row i and column j, by central differences.
func matrixFormJacobian(kind Activation, z []float64) [][]float64 {
	jacobian := matrix(len(z), len(z))
	for i := range z {
		for j := range z {
			jacobian[i][j] = derivative(func(v float64) float64 {
				a := slices.Clone(z)
				a[j] = v
				kind.Activate(a, a)
				return a[i]
			}, z[j], 1e-4)
		}
	}
	return jacobian
}

// matrixFormOff returns the largest |m_ij| with i ≠ j.
func matrixFormOff(m [][]float64) (largest float64) {
	for i := range m {
		for j := range m {
			if i != j {
				largest = max(largest, math.Abs(m[i][j]))
			}
		}
	}
	return largest
}

// matrixFormProducts multiplies the matrices of the third formula from right to left, and only then by ∇_a C. For the
// softmax layer the transposed Jacobian takes the place of Σ'(z^L).
func matrixFormProducts(t *testing.T, output Differentiable) {
	e := newMatrixFormExample(t, output)
	tab := newTable(t, "l", "δ^l by matrices", "off Gradient by", "largest of Σ'(z^l) off its diagonal")
	product := transpose(matrixFormJacobian(output, e.z[3]))
	var off any = same(matrixFormOff(product), 0)
	if output == SoftmaxLayer {
		off = matrixFormOff(product)
	}
	for l := 3; l >= 1; l-- {
		delta := transpose(times(product, e.gradC))[0]
		tab.row(l, fmt.Sprintf("%.2g", delta), below(apart(delta, e.nabla.Biases[l]), 1e-7), off)
		if l > 1 {
			prime := matrixFormJacobian(SigmoidNeurons, e.z[l-1])
			off = same(matrixFormOff(prime), 0)
			product = times(times(prime, transpose(e.net.Weights[l])), product)
		}
	}
}

// matrixFormSoftmax measures the output layer of two softmax outputs. There ∂a_0/∂z_0 = a_0(1 − a_0), and ∂a_0/∂z_1 =
// −a_0 a_1. With two outputs 1 − a_0 = a_1, so that all four numbers of the Jacobian are a_0 a_1 or −a_0 a_1. With g =
// ∇_a C and y = (1, 0) it is also g_1 = −g_0, so
//
//	δ_0 = a_0 a_1 (g_0 − g_1) = 2 a_0 a_1 g_0,
//
// twice what the diagonal alone gives, and likewise δ_1. Then ‖u − v‖/(‖u‖ + ‖v‖) = (2 − 1)/(2 + 1) = 1/3.
func matrixFormSoftmax(t *testing.T) {
	e := newMatrixFormExample(t, SoftmaxLayer)
	prime, delta, a := matrixFormJacobian(SoftmaxLayer, e.z[3]), e.nabla.Biases[3], e.a[3]
	alone := []float64{prime[0][0] * e.gradC[0][0], prime[1][1] * e.gradC[1][0]}
	tab := newTable(t, "what", "measured", "against")
	tab.row("Σ' off its diagonal, largest", within(0.01, matrixFormOff(prime), 0.25), "not 0")
	tab.row("the same", near(matrixFormOff(prime), a[0]*a[1], 1e-9), "a_0 a_1")
	tab.row("δ by the diagonal alone", fmt.Sprintf("%.6f", alone), fmt.Sprintf("%.6f by Gradient", delta))
	tab.row("relative difference of the two", near(apart(alone, delta), 1.0/3, 1e-7), "1/3")
}

// BP3 and BP4 by the chain rule. Claim: ∂C/∂b^l_j = δ^l_j and ∂C/∂w^l_jk = a^(l−1)_k δ^l_j.
//
// Proof: let p be a bias or weight of layer l. C depends on p only through the weighted inputs z_i of layer l, so
//
//	∂C/∂p = Σ_i ∂C/∂z_i ∂z_i/∂p = Σ_i δ_i ∂z_i/∂p,   z_i = Σ_k w_ik a_k + b_i.
//
// The a_k are activations of layer l − 1, and do not depend on p. Of all z_i only z_j contains b_j, with the derivative
// ∂z_j/∂b_j = 1, and only z_j contains w_jk, with ∂z_j/∂w_jk = a_k. So of the sum one term is left, that of i = j:
//
//	∂C/∂b_j = δ_j · 1,   ∂C/∂w_jk = δ_j a_k.
//
// Where two neurons share a parameter, more than one z_i contains it, and more terms are left.
func TestBook2_BP3AndBP4(t *testing.T) {
	t.Log("Claim: ∂C/∂b_j = δ_j and ∂C/∂w_jk = a_k δ_j, because only z_j depends on b_j (derivative 1) and w_jk (a_k).")
	t.Run("each factor of the chain rule by central differences, in every layer", bp3AndBP4Factors)
	t.Run("fails for a bias that neurons 0 and 1 share: two terms are left, δ_0 + δ_1", bp3SharedBias)
}

// bp3AndBP4Example returns a network of four layers and an example for it.
func bp3AndBP4Example() (net *Network, x, y []float64) {
	return randomNetwork(5, SigmoidNeurons, 4, 3, 5, 3), []float64{0.5, -1, 2, 0}, []float64{0, 1, 0}
}

// bp3AndBP4Factors measures ∂z_i/∂p and δ_i = ∂C/∂z_i on their own, without Gradient. The table has the largest
// difference between a ∂z_i/∂p and its claim, and the relative differences between the products and Gradient.
func bp3AndBP4Factors(t *testing.T) {
	net, x, y := bp3AndBP4Example()
	z, a := net.Activations(x)
	nabla := gradientOf(t, net, CrossEntropy, x, y)
	tab := newTable(t, "l", "∂z_i/∂b_j and ∂z_i/∂w_jk: worst", "δ_j against ∂C/∂b_j", "a_k δ_j against ∂C/∂w_jk")
	for l := 1; l <= 3; l++ {
		delta, worst := bp3AndBP4Error(net, l, z[l], y), 0.0
		var weights []float64 // a_k δ_j, row by row
		for j := range delta {
			worst = max(worst, bp3AndBP4Off(net, x, l, &net.Biases[l][j], j, 1))
			for k := range a[l-1] {
				worst = max(worst, bp3AndBP4Off(net, x, l, &net.Weights[l][j][k], j, a[l-1][k]))
				weights = append(weights, a[l-1][k]*delta[j])
			}
		}
		tab.row(l, below(worst, 1e-14), below(apart(delta, nabla.Biases[l]), 1e-7),
			below(apart(weights, slices.Concat(nabla.Weights[l]...)), 1e-7))
	}
}

// bp3AndBP4Error returns δ^l_j = ∂C/∂z^l_j by central differences, with the network that begins behind layer l.
func bp3AndBP4Error(net *Network, l int, z, y []float64) []float64 {
	answer := func(a []float64) []float64 { return a }
	if l < len(net.Sizes)-1 {
		answer = behind(net, l).FeedForward
	}
	delta := make([]float64, len(z))
	for j := range delta {
		delta[j] = derivative(func(v float64) float64 {
			a := slices.Clone(z)
			a[j] = v
			SigmoidNeurons.Activate(a, a)
			return CrossEntropy.Of(answer(a), y)
		}, z[j], 1e-4)
	}
	return delta
}

// bp3AndBP4Off moves the parameter p and returns how far any ∂z_i/∂p of layer l is from the claim, which is want for i
// = j and 0 for the others. As z is linear in p, central differences of any step are exact but for rounding.
func bp3AndBP4Off(net *Network, x []float64, l int, p *float64, j int, want float64) (worst float64) {
	old := *p
	for i := range net.Biases[l] {
		d := derivative(func(v float64) float64 {
			*p = v
			z, _ := net.Activations(x)
			return z[l][i]
		}, old, 0.5)
		*p = old
		if i == j {
			d -= want
		}
		worst = max(worst, math.Abs(d))
	}
	return worst
}

// bp3SharedBias: if b is added to both z_0 and z_1 of layer 2, ∂z_0/∂b = ∂z_1/∂b = 1, and ∂C/∂b = δ_0 + δ_1.
func bp3SharedBias(t *testing.T) {
	net, x, y := bp3AndBP4Example()
	delta := gradientOf(t, net, CrossEntropy, x, y).Biases[2]
	tied := net.Clone()
	shared := derivative(func(v float64) float64 {
		tied.Biases[2][0], tied.Biases[2][1] = net.Biases[2][0]+v, net.Biases[2][1]+v
		return CrossEntropy.Of(tied.FeedForward(x), y)
	}, 0, 1e-4)
	tab := newTable(t, "δ_0", "δ_1", "∂C/∂b, central difference", "against δ_0 + δ_1: relative difference")
	tab.row(fmt.Sprintf("%.6f", delta[0]), fmt.Sprintf("%.6f", delta[1]), fmt.Sprintf("%.6f", shared),
		below(relative(shared, delta[0]+delta[1]), 1e-7))
}

// A tangent is a kind of neuron of the test's own: a = tanh z, with the derivative 1 − a².
type tangent struct{}

func (tangent) String() string { return "tanh" }

func (tangent) Activate(a, z []float64) {
	for j := range z {
		a[j] = math.Tanh(z[j])
	}
}

func (tangent) Backward(dz, z, a, da []float64) {
	for j := range z {
		dz[j] = da[j] * (1 - a[j]*a[j])
	}
}

// A bent is layers of sigmoid neurons, of which neuron j of every layer of n answers f(z) instead, with the derivative
// prime.
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

func (b bent) Backward(dz, z, a, da []float64) {
	d := da[min(b.j, len(z)-1)] // dz may be da
	SigmoidNeurons.Backward(dz, z, a, da)
	if len(z) == b.n {
		dz[b.j] = d * b.prime(z[b.j])
	}
}

// bentToSine returns layers in which neuron j of a layer of n answers sin z.
func bentToSine(n, j int) bent { return bent{n, j, math.Sin, math.Cos} }

// bentToCube returns layers in which neuron j of a layer of n answers z³.
func bentToCube(n, j int) bent {
	return bent{n, j, func(z float64) float64 { return z * z * z }, func(z float64) float64 { return 3 * z * z }}
}

// Backpropagation when one neuron answers f(z) instead of σ(z). Claim: forward, its activation is a_j = f(z_j), with
// which all later numbers are made. In BP1 to BP4 its σ'(z_j) becomes f'(z_j), and no other factor changes its formula.
//
// Proof: by the chain rule δ_j = ∂C/∂z_j = ∂C/∂a_j ∂a_j/∂z_j, and for a_j = f(z_j) the second factor is f'(z_j). The
// first factor is ∂C/∂a_j itself in the last layer, and Σ_i w_ij δ_i, over the neurons i of the next layer, in the
// others. It contains no derivative of the neuron's own function. BP3 and BP4 contain no such derivative either. But
// they contain a_j = f(z_j): ∂C/∂w_ij of the next layer is a_j δ_i, and ∂C/∂a_j of an output is made of a_j. And where
// an output had δ = a − y, because its cost was made for σ (Exercise 3.2), this is lost in general: f' cancels only if
// f' = f(1 − f), which of all f only σ(z + c) has.
//
// What if σ' is left in place? Then δ^l_j, if it is not 0, is wrong by the factor σ'(z_j)/f'(z_j). The other δ of its
// layer and those of later layers are right, because δ goes backwards and none of them is computed from δ^l_j. Those of
// the layers before are computed from it. They are wrong in general: not where the factor is 1 or δ^l_j is 0, nor where
// nothing of it reaches them, as through a weight 0. Where f has no derivative, there is none to go back through.
func TestBook2_AnotherActivation(t *testing.T) {
	t.Log("Claim: if one neuron answers f(z) and not σ(z), a_j is f(z_j), and f'(z_j) replaces σ'(z_j) in BP1 or BP2.")
	t.Run("sin, z³ or tanh: the gradient is that of central differences", anotherActivationGradients)
	t.Run("fails with σ' left in its place: wrong at neuron 0 of layer 2 and at those that feed it, right elsewhere",
		anotherActivationForgotten)
	t.Run("fails for an output with cross-entropy: a − y is not its δ any more", anotherActivationOutput)
	t.Run("fails where f has a kink: max(0, z) at z = 0 has the slope 0 on the left, 1 on the right",
		anotherActivationKink)
}

// anotherActivationExample returns the input and the desired output that the networks below are given.
func anotherActivationExample() (x, y []float64) { return []float64{0.5, -1, 2}, []float64{1, 0, 0} }

// anotherActivationGradients bends one neuron in each of the three layers in turn, and then all.
func anotherActivationGradients(t *testing.T) {
	x, y := anotherActivationExample()
	tab := newTable(t, "f", "layer", "∂C/∂b: relative difference", "∂C/∂w: relative difference")
	for _, test := range []struct {
		name           string
		hidden, output Differentiable
	}{
		{"sin in layer 1", bentToSine(4, 2), SigmoidNeurons},
		{"z³ in layer 2", bentToCube(5, 0), SigmoidNeurons},
		{"sin in layer 3", SigmoidNeurons, bentToSine(3, 1)},
		{"tanh throughout", tangent{}, tangent{}},
	} {
		net := randomNetwork(6, test.output, 3, 4, 5, 3)
		net.Hidden = test.hidden
		numeric, exact := numericGradient(net, Quadratic, x, y), gradientOf(t, net, Quadratic, x, y)
		for l := 1; l <= 3; l++ {
			tab.row(test.name, l, below(apart(numeric.Biases[l], exact.Biases[l]), 1e-7),
				below(apart(slices.Concat(numeric.Weights[l]...), slices.Concat(exact.Weights[l]...)), 1e-7))
		}
	}
}

// anotherActivationForgotten has f(z) = z³ at neuron 0 of layer 2, and σ' where f' = 3z² should be. Neuron 3 of layer 1
// has the weight 0 to it.
func anotherActivationForgotten(t *testing.T) {
	x, y := anotherActivationExample()
	net := randomNetwork(6, SigmoidNeurons, 3, 4, 5, 3)
	net.Weights[2][0][3] = 0
	forgotten := bentToCube(5, 0)
	forgotten.prime = SigmoidPrime
	net.Hidden = forgotten
	right, wrong := numericGradient(net, Quadratic, x, y).Biases, gradientOf(t, net, Quadratic, x, y).Biases
	z, _ := net.Activations(x)
	factor := SigmoidPrime(z[2][0]) / (3 * z[2][0] * z[2][0])
	tab := newTable(t, "δ of", "against central differences: relative difference")
	tab.row("layer 1, neurons 0 to 2", within(0.05, apart(right[1][:3], wrong[1][:3]), 1))
	tab.row("layer 1, neuron 3, with the weight 0", below(apart(right[1][3:], wrong[1][3:]), 1e-7))
	tab.row("layer 2, neuron 0", within(0.05, apart(right[2][:1], wrong[2][:1]), 1))
	tab.row("layer 2, neuron 0, with the factor σ'(z)/f'(z)", below(relative(factor*right[2][0], wrong[2][0]), 1e-7))
	tab.row("layer 2, the others", below(apart(right[2][1:], wrong[2][1:]), 1e-7))
	tab.row("layer 3", below(apart(right[3], wrong[3]), 1e-7))
}

// anotherActivationOutput has one output a = z/(1 + |z|)/2 + ½, which is between 0 and 1 as σ is, with the derivative
// ½/(1 + |z|)². At z = 1, a = ¾ and f' = ⅛. For y = 0 the cross-entropy has ∂C/∂a = 1/(1 − a) = 4, so that δ = 4 · ⅛ =
// ½, and not a − y = ¾.
func anotherActivationOutput(t *testing.T) {
	soft := bent{1, 0, func(z float64) float64 { return z/(1+math.Abs(z))/2 + 0.5 },
		func(z float64) float64 { return 0.5 / math.Pow(1+math.Abs(z), 2) }}
	a := oneNeuron(soft, 1, 0).FeedForward([]float64{0})[0]
	numeric := numericGradient(oneNeuron(soft, 1, 0), CrossEntropy, []float64{0}, []float64{0}).Biases[1][0]
	delta := outputErrorAt(t, soft, general{CrossEntropy}, []float64{1}, []float64{0})[0]
	tab := newTable(t, "a − y", "δ by (BP1)", "central difference")
	tab.row(near(a, 0.75, 1e-15), near(delta, 0.5, 1e-15), near(numeric, 0.5, 1e-9))
}

// anotherActivationKink: one neuron with a = max(0, z) and y = −1 has C = ½(a + 1)². At z = 0 this is ½ on the left,
// with slope 0, and ½(1 + z)² on the right, with slope 1 + z = 1. A central difference takes the mean of both slopes.
// Backpropagation takes what f' says at 0, here Step(0) = 0.
func anotherActivationKink(t *testing.T) {
	const h = 1e-5
	ramp := bent{1, 0, func(z float64) float64 { return max(z, 0) }, Step}
	net, x, y := oneNeuron(ramp, 0, 0), []float64{0}, []float64{-1}
	cost := func(z float64) float64 { return Quadratic.Of(oneNeuron(ramp, z, 0).FeedForward(x), y) }
	left, right := (cost(0)-cost(-h))/h, (cost(h)-cost(0))/h
	half := numericGradient(net, Quadratic, x, y).Biases[1][0]
	exact := gradientOf(t, net, Quadratic, x, y).Biases[1][0]
	tab := newTable(t, "slope of C at z = 0", "measured", "off by")
	tab.row("0, on the left", fmt.Sprintf("%.6f", left), below(math.Abs(left), 1e-9))
	tab.row("1, on the right", fmt.Sprintf("%.6f", right), below(math.Abs(right-1), 1e-4))
	tab.row("1/2, central difference", fmt.Sprintf("%.6f", half), below(math.Abs(half-0.5), 1e-4))
	tab.row("0, δ with f'(0) = 0", exact, below(math.Abs(exact), 0))
}

// Backpropagation in a linear network, with σ(z) = z throughout. Claim: δ^l = (w^(l+1))ᵀ δ^(l+1), and however deep the
// network is, it answers as one matrix and one vector do.
//
// Proof: σ'(z) = 1, and this factor drops out of BP1 and BP2. With quadratic cost δ^L = a^L − y, and
//
//	δ^l = (w^(l+1))ᵀ ⋯ (w^L)ᵀ (a^L − y).
//
// Two layers are one, because the second applied to the first is
//
//	w²(w¹x + b¹) + b² = (w²w¹)x + (w²b¹ + b²),
//
// with the matrix w²w¹ and the vector w²b¹ + b². In the same way this one layer and the third are one, and so on.
//
// The measurement is exact: all numbers are integers or halves that float64 holds without rounding. A weight w enters
// each output only as a constant times w plus a constant, because no path through the layers uses it twice. So C, half
// a sum of squares, is αw² + βw + γ, and
//
//	(C(w + 1) − C(w − 1))/2 = (4αw + 2β)/2 = 2αw + β = C'(w).
func TestBook2_LinearNetwork(t *testing.T) {
	t.Log("Claim: with σ(z) = z, δ^l = (w^(l+1))ᵀδ^(l+1), and any depth is one layer; with σ it need not be.")
	t.Run("the answers are those of one layer, exactly", linearNetworkAnswers)
	t.Run("the derivatives are those of the formula and (C(w + 1) − C(w − 1))/2, exactly", linearNetworkDerivatives)
	t.Run("fails with sigmoid neurons inside: a(x) + a(x') = 2a((x + x')/2) in general only without them",
		linearNetworkBent)
}

// linearNetworkSizes are the layers of the networks that are measured.
var linearNetworkSizes = [][]int{{3, 2}, {3, 4, 2}, {3, 4, 1, 2}, {3, 3, 5, 4, 2}}

// linearNetworkOfIntegers returns a linear network with weights and biases from −3 to 3, which are integers.
func linearNetworkOfIntegers(sizes ...int) *Network {
	net := integerNetwork(8, sizes...)
	net.Hidden, net.Output = LinearNeurons, LinearNeurons
	return net
}

// linearNetworkAsOne returns the single layer that a linear network is.
func linearNetworkAsOne(net *Network) *Network {
	L := len(net.Sizes) - 1
	flat := New(LinearNeurons, net.Sizes[0], net.Sizes[L])
	w, b := net.Weights[1], net.Biases[1]
	for l := 2; l <= L; l++ {
		w, b = times(net.Weights[l], w), transpose(times(net.Weights[l], transpose([][]float64{b})))[0]
		for j := range b {
			b[j] += net.Biases[l][j]
		}
	}
	flat.Weights[1], flat.Biases[1] = w, b
	return flat
}

// linearNetworkAnswers compares the answers to two inputs.
func linearNetworkAnswers(t *testing.T) {
	tab := newTable(t, "layers", "x", "a^L", "by one layer")
	for _, sizes := range linearNetworkSizes {
		net := linearNetworkOfIntegers(sizes...)
		flat := linearNetworkAsOne(net)
		for _, x := range [][]float64{{2, -1, 3}, {-4, 5, 1}} {
			a, one := net.FeedForward(x), flat.FeedForward(x)
			tab.row(sizes, x, a, holds(fmt.Sprint(one), slices.Equal(a, one)))
		}
	}
}

// linearNetworkDerivatives compares δ^1 = ∂C/∂b^1 with the product of the transposed matrices, and the whole of ∇C with
// central differences of step 1.
func linearNetworkDerivatives(t *testing.T) {
	x, y := []float64{2, -1, 3}, []float64{1, -2}
	tab := newTable(t, "layers", "∂C/∂b^1", "(w^2)ᵀ ⋯ (w^L)ᵀ(a^L − y)", "∇C off (C(w + 1) − C(w − 1))/2")
	for _, sizes := range linearNetworkSizes {
		net := linearNetworkOfIntegers(sizes...)
		nabla, a := gradientOf(t, net, Quadratic, x, y), net.FeedForward(x)
		product := [][]float64{{a[0] - y[0]}, {a[1] - y[1]}}
		for l := len(sizes) - 1; l > 1; l-- {
			product = times(transpose(net.Weights[l]), product)
		}
		delta := transpose(product)[0]
		exact := differences(net, 1, func(net *Network) float64 { return Quadratic.Of(net.FeedForward(x), y) })
		tab.row(sizes, nabla.Biases[1], holds(fmt.Sprint(delta), slices.Equal(delta, nabla.Biases[1])),
			below(distance(nabla, exact), 0))
	}
}

// linearNetworkBent: one matrix and one vector, a(x) = wx + b, make both sides w(x + x') + 2b. With sigmoid neurons
// inside the sides differ, by less than 24: the activation h of each of the 4 hidden neurons is between 0 and 1, so
// that h(x) + h(x') and 2h((x + x')/2) differ by less than 2, and its weight is at most 3 in size.
func linearNetworkBent(t *testing.T) {
	net := linearNetworkOfIntegers(3, 4, 2)
	x, x2, middle := []float64{2, -1, 3}, []float64{-4, 5, 1}, []float64{-1, 2, 2}
	bend := func() float64 {
		return net.FeedForward(x)[0] + net.FeedForward(x2)[0] - 2*net.FeedForward(middle)[0]
	}
	tab := newTable(t, "hidden neurons", "|a(x) + a(x') − 2a((x + x')/2)|")
	tab.row(LinearNeurons, same(math.Abs(bend()), 0))
	net.Hidden = SigmoidNeurons
	tab.row(SigmoidNeurons, within(0.1, math.Abs(bend()), 24))
}

// The fully matrix-based approach to a mini-batch. Claim: with the mini-batch as a matrix X = [x_1 … x_m], a column for
// each example, and Y likewise, a step of gradient descent with cross-entropy takes no loop over examples. With A^0 = X
//
//	Z^l = w^l A^(l−1) + b^l (added to each column),   A^l = σ(Z^l)
//	Δ^L = A^L − Y,   Δ^l = ((w^(l+1))ᵀ Δ^(l+1)) ⊙ σ'(Z^l)
//	w^l ← w^l − (η/m) Δ^l (A^(l−1))ᵀ,   b^l ← b^l − (η/m) (the sum of the columns of Δ^l)
//
// where ⊙ multiplies entry by entry. Proof: column i of a product of matrices MN is M times column i of N. So column i
// of Z^l, A^l and Δ^l is z^l, a^l and δ^l of example i, by the same formulas for vectors. By BP4 and BP3 the sums over
// the examples of ∂C/∂w_jk and of ∂C/∂b_j are
//
//	Σ_i δ^l_j(x_i) a^(l−1)_k(x_i) = Σ_i Δ^l_ji A^(l−1)_ki = (Δ^l (A^(l−1))ᵀ)_jk   and   Σ_i Δ^l_ji.
//
// All of them are taken at the same weights: it is one step, not m steps one after the other.
func TestBook2_MatrixOverAMiniBatch(t *testing.T) {
	t.Log("Claim: with X = [x_1 … x_m] as one matrix, a step takes no loop over examples and is the same as with one.")
	t.Run("against a loop over Gradient, against SGD.Step, and against central differences of the mean cost",
		miniBatchMatrixSteps)
	t.Run("fails for online learning: m steps of η/m, each from where the last one ended, are apart by O(η²)",
		miniBatchMatrixOnline)
}

// miniBatchMatrixForward returns A^0 = X to A^L, a column for each example.
func miniBatchMatrixForward(net *Network, x [][]float64) [][][]float64 {
	A := [][][]float64{x}
	for l := 1; l < len(net.Sizes); l++ {
		Z := times(net.Weights[l], A[l-1])
		for j, z := range Z {
			for i := range z {
				z[i] = 1 / (1 + math.Exp(-z[i]-net.Biases[l][j]))
			}
		}
		A = append(A, Z)
	}
	return A
}

// miniBatchMatrixStep returns net after a step of gradient descent on the mini-batch.
func miniBatchMatrixStep(net *Network, eta float64, batch Examples) *Network {
	var x, y [][]float64
	for _, e := range batch {
		x, y = append(x, e.X), append(y, e.Y)
	}
	A, D, L := miniBatchMatrixForward(net, transpose(x)), transpose(y), len(net.Sizes)-1
	for j, a := range A[L] {
		for i := range a {
			D[j][i] = a[i] - D[j][i] // Δ^L
		}
	}
	after, rate := net.Clone(), eta/float64(len(batch))
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
				D[k][i] *= a[i] * (1 - a[i]) // σ'(z) = a(1 − a)
			}
		}
	}
	return after
}

// miniBatchMatrixSteps makes the same step in four ways.
func miniBatchMatrixSteps(t *testing.T) {
	const eta = 0.5
	tab := newTable(t, "layers", "m", "off the loop", "off SGD.Step", "off central differences")
	for _, sizes := range [][]int{{4, 3}, {4, 6, 3}, {4, 6, 5, 3}} {
		net := randomNetwork(9, SigmoidNeurons, sizes...)
		for _, m := range []int{1, 2, 7, 32} {
			data := randomExamples(uint64(m), m, 4, 3)
			matrices, looped, stepped := miniBatchMatrixStep(net, eta, data), net.Clone(), net.Clone()
			for _, e := range data {
				nabla := gradientOf(t, net, CrossEntropy, e.X, e.Y)
				each(looped, nabla, func(p, q *float64) { *p -= eta / float64(m) * *q })
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
			tab.row(sizes, m, below(distance(matrices, looped), 1e-14), below(distance(matrices, stepped), 1e-14),
				below(distance(matrices, numeric), 1e-8))
		}
	}
}

// miniBatchMatrixOnline: each of the m online steps starts at most O(η) away from the start, so its gradient differs by
// O(η) from the one at the start, and its step, η/m times this, by O(η²)/m. All m together differ by O(η²), so half the
// η makes a quarter of the difference.
func miniBatchMatrixOnline(t *testing.T) {
	net, data := randomNetwork(9, SigmoidNeurons, 4, 6, 3), randomExamples(2, 8, 4, 3)
	tab := newTable(t, "η", "8 online steps and one step are apart by", "ratio to the row above, 4 in the limit")
	last := 0.0
	for _, eta := range []float64{0.2, 0.1, 0.05} {
		once := stepOn(t, net, CrossEntropy, data, eta, 0, 1, 2, 3, 4, 5, 6, 7)
		online, s := net.Clone(), SGD{Cost: CrossEntropy, Eta: eta / 8, BatchSize: 1}
		for i := range data {
			takeStep(t, &s, online, data, i)
		}
		each(online, net, func(p, q *float64) { *p -= *q })
		d := distance(online, once)
		var ratio any = ""
		if last != 0 {
			ratio = within(3.5, last/d, 4.5)
		}
		tab.row(eta, d, ratio)
		last = d
	}
}

// What the tests of the book's chapters share.

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
