package nndl_test

import (
	"fmt"
	"log"
	"math"

	"nndl"
)

// NAND is a perceptron that, of inputs 0 and 1, answers 0 only if both are 1.
func ExampleNew() {
	nand := nndl.New(nndl.Perceptrons, 2, 1)
	copy(nand.Weights[1][0], []float64{-2, -2})
	nand.Biases[1][0] = 3
	for _, x := range [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
		fmt.Println(x, nand.FeedForward(x))
	}
	// Output:
	// [0 0] [1]
	// [0 1] [1]
	// [1 0] [1]
	// [1 1] [0]
}

// One perceptron cannot compute XOR. Three can: OR and NAND into AND.
func ExampleNew_xor() {
	xor := nndl.New(nndl.Perceptrons, 2, 2, 1)
	copy(xor.Weights[1][0], []float64{2, 2})   // neuron 0 of layer 1: OR
	copy(xor.Weights[1][1], []float64{-2, -2}) // neuron 1 of layer 1: NAND
	copy(xor.Biases[1], []float64{-1, 3})      // of both
	copy(xor.Weights[2][0], []float64{2, 2})   // the neuron of layer 2: AND
	xor.Biases[2][0] = -3
	for _, x := range [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
		fmt.Println(x, xor.FeedForward(x))
	}
	// Output:
	// [0 0] [0]
	// [0 1] [1]
	// [1 0] [1]
	// [1 1] [0]
}

// Replace a perceptron by a sigmoid neuron and multiply its weights and bias by a growing c: it becomes the
// perceptron again (Exercise 1.2).
func ExampleNetwork_Scale() {
	for _, c := range []float64{1, 4, 16} {
		nand := nndl.New(nndl.SigmoidNeurons, 2, 1)
		copy(nand.Weights[1][0], []float64{-2, -2})
		nand.Biases[1][0] = 3
		nand.Scale(c)
		fmt.Printf("c = %-2v  0 NAND 1 = %.6f  1 NAND 1 = %.6f\n", c,
			nand.FeedForward([]float64{0, 1})[0], nand.FeedForward([]float64{1, 1})[0])
	}
	// Output:
	// c = 1   0 NAND 1 = 0.731059  1 NAND 1 = 0.268941
	// c = 4   0 NAND 1 = 0.982014  1 NAND 1 = 0.017986
	// c = 16  0 NAND 1 = 1.000000  1 NAND 1 = 0.000000
}

// Backpropagation by hand: a network of 2 inputs, 2 hidden neurons and 1 output, all sigmoid, under the quadratic
// cost, for the input x = (1, 2) and the desired output y = 1. Its weights and biases are
//
//	w^1 = ( 1  -1  )   b^1 = ( 1  )   w^2 = ( 2  -2 )   b^2 = ( 0.5 )
//	      ( 1   0.5 )         ( -1 )
//
// The pass forward:
//
//	z^1_0 = 1·1 - 1·2 + 1 = 0           a^1_0 = σ(0) = 0.5
//	z^1_1 = 1·1 + 0.5·2 - 1 = 1         a^1_1 = σ(1) = 0.7311
//	z^2_0 = 2·0.5 - 2·0.7311 + 0.5      a^2_0 = σ(0.0379) = 0.5095
//
// Here and below the numbers are rounded only when they are printed.
//
// The pass back, with σ' = a(1 - a), which is 0.2499 for the output and 0.25 and 0.1966 for the hidden neurons:
//
//	(BP1)  δ^2_0 = (0.5095 - 1)·0.2499 = -0.1226
//	(BP2)  δ^1_0 = 2·(-0.1226)·0.25 = -0.0613
//	       δ^1_1 = -2·(-0.1226)·0.1966 = 0.0482
//
// By (BP3) these are also the derivatives by the biases. By (BP4) the derivative by a weight is the activation that it
// multiplies times the error of its neuron: ∂C/∂w^1_00 = x_0 δ^1_0 = 1·(-0.0613), ∂C/∂w^1_01 = x_1 δ^1_0 =
// 2·(-0.0613).
func ExampleGradient_byHand() {
	net := nndl.New(nndl.SigmoidNeurons, 2, 2, 1)
	copy(net.Weights[1][0], []float64{1, -1})
	copy(net.Weights[1][1], []float64{1, 0.5})
	copy(net.Biases[1], []float64{1, -1})
	copy(net.Weights[2][0], []float64{2, -2})
	copy(net.Biases[2], []float64{0.5})
	x, y := []float64{1, 2}, []float64{1}

	z, a := net.Activations(x)
	nabla, err := nndl.Gradient(net, nndl.Quadratic, x, y)
	if err != nil {
		log.Fatal(err)
	}
	for l := 1; l <= 2; l++ {
		fmt.Printf("layer %d  z = %.4f  a = %.4f\n", l, z[l], a[l])
		fmt.Printf("         δ = %.4f  ∂C/∂w = %.4f\n", nabla.Biases[l], nabla.Weights[l])
	}
	fmt.Printf("C = ½(1 - %.4f)² = %.4f\n", a[2][0], nndl.Quadratic.Of(a[2], y))

	// One step downhill with η = 1 on this one example: w ← w - ∂C/∂w, b ← b - ∂C/∂b.
	sgd := nndl.SGD{Cost: nndl.Quadratic, Eta: 1, BatchSize: 1}
	if _, err := sgd.Step(net, nndl.Examples{{X: x, Y: y}}, []int{0}); err != nil {
		log.Fatal(err)
	}
	for l := 1; l <= 2; l++ {
		fmt.Printf("layer %d  w = %.4f  b = %.4f\n", l, net.Weights[l], net.Biases[l])
	}
	fmt.Printf("C = %.4f\n", nndl.Quadratic.Of(net.FeedForward(x), y))
	// Output:
	// layer 1  z = [0.0000 1.0000]  a = [0.5000 0.7311]
	//          δ = [-0.0613 0.0482]  ∂C/∂w = [[-0.0613 -0.1226] [0.0482 0.0964]]
	// layer 2  z = [0.0379]  a = [0.5095]
	//          δ = [-0.1226]  ∂C/∂w = [[-0.0613 -0.0896]]
	// C = ½(1 - 0.5095)² = 0.1203
	// layer 1  w = [[1.0613 -0.8774] [0.9518 0.4036]]  b = [1.0613 -1.0482]
	// layer 2  w = [[2.0613 -1.9104]]  b = [0.6226]
	// C = 0.0661
}

// Does Gradient return the gradient? Move a weight a little and see how the cost changes.
func ExampleGradient() {
	net := nndl.New(nndl.SigmoidNeurons, 3, 4, 2)
	net.InitLarge(1)
	x, y := []float64{1, -2, 0.5}, []float64{0, 1}
	nabla, err := nndl.Gradient(net, nndl.CrossEntropy, x, y)
	if err != nil {
		log.Fatal(err)
	}
	const h = 1e-6 // The error of the formula shrinks with h², that of rounding grows with 1/h: both are small here.
	w := &net.Weights[1][3][2]
	*w += h
	above := nndl.CrossEntropy.Of(net.FeedForward(x), y)
	*w -= 2 * h
	below := nndl.CrossEntropy.Of(net.FeedForward(x), y)
	difference := nabla.Weights[1][3][2] - (above-below)/(2*h)
	fmt.Println("agree:", math.Abs(difference) < 1e-8)
	// Output:
	// agree: true
}

// We had to find the weights of the perceptrons for XOR. Sigmoid neurons find theirs by learning.
func ExampleSGD() {
	xor := nndl.Examples{
		{[]float64{0, 0}, []float64{0}},
		{[]float64{0, 1}, []float64{1}},
		{[]float64{1, 0}, []float64{1}},
		{[]float64{1, 1}, []float64{0}},
	}
	net := nndl.New(nndl.SigmoidNeurons, 2, 4, 1)
	net.InitScaled(1)
	sgd := nndl.SGD{Cost: nndl.CrossEntropy, Eta: 1, BatchSize: 4}
	for epoch := range 1000 {
		if _, err := sgd.Epoch(net, xor, epoch); err != nil {
			log.Fatal(err)
		}
	}
	for _, e := range xor {
		fmt.Printf("%v %.0f\n", e.X, net.FeedForward(e.X)[0])
	}
	// Output:
	// [0 0] 0
	// [0 1] 1
	// [1 0] 1
	// [1 1] 0
}

// e^1000 overflows, but softmax is right there: only the differences between the z count.
func ExampleSoftmax() {
	a := make([]float64, 3)
	nndl.Softmax(a, []float64{1000, 1001, 1002})
	fmt.Printf("%.4f\n", a)
	nndl.Softmax(a, []float64{-1000, 0, 1000})
	fmt.Printf("%.4f\n", a)
	// Output:
	// [0.0900 0.2447 0.6652]
	// [0.0000 0.0000 1.0000]
}

// Training on digits in a few lines. With ReadMNIST in place of DrawDigits it learns from people's.
func ExampleDrawDigits() {
	digits := nndl.DrawDigits(2500, 1)
	train, test := digits.Slice(0, 2000), digits.Slice(2000, 2500)

	net := nndl.New(nndl.SigmoidNeurons, nndl.Side*nndl.Side, 30, 10)
	net.InitScaled(1)
	sgd := nndl.SGD{Cost: nndl.CrossEntropy, Eta: 0.5, BatchSize: 10}
	for epoch := range 10 {
		if _, err := sgd.Epoch(net, train, epoch); err != nil {
			log.Fatal(err)
		}
	}

	correct := nndl.Correct(net, test)
	fmt.Println("more than nine in ten:", correct > test.Len()*9/10)
	// Output:
	// more than nine in ten: true
}

// What a mouse, a finger or a stylus wrote, as a network sees it: a 7 in two
// strokes, and every other row of its pixels.
func ExampleInk() {
	paper := nndl.Ink([][]nndl.Point{
		{{110, 130}, {180, 130}, {140, 210}},
		{{130, 170}, {180, 170}},
	})
	for y := 6; y < 26; y += 2 {
		for _, p := range paper[nndl.Side*y : nndl.Side*(y+1)] {
			fmt.Printf("%c", ".#"[p/128])
		}
		fmt.Println()
	}
	// Output:
	// ............................
	// ....#################.......
	// ..................###.......
	// .................###........
	// ................###.........
	// .........############.......
	// .........############.......
	// .............###............
	// ............###.............
	// ...........###..............
}
