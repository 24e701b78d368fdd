package nndl_test

import (
	"encoding/json"
	"fmt"
	"log"
	"math"

	"nndl"
)

// A perceptron that says no only if both inputs say yes.
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
	copy(xor.Weights[1][0], []float64{2, 2}) // OR
	copy(xor.Weights[1][1], []float64{-2, -2})
	copy(xor.Biases[1], []float64{-1, 3})    // NAND
	copy(xor.Weights[2][0], []float64{2, 2}) // AND
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

// Replace a perceptron by a sigmoid neuron and multiply its weights and bias
// by a growing c: it becomes the perceptron again (Exercise 1.2).
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

// Does Gradient return the gradient? Move a weight a little and see how the
// cost changes.
func ExampleGradient() {
	net := nndl.New(nndl.SigmoidNeurons, 3, 4, 2)
	net.InitLarge(1)
	x, y := []float64{1, -2, 0.5}, []float64{0, 1}
	nabla, err := nndl.Gradient(net, nndl.CrossEntropy, x, y)
	if err != nil {
		log.Fatal(err)
	}
	const h = 1e-6
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

type table []struct{ x, y []float64 }

func (t table) Len() int { return len(t) }

func (t table) Example(i int, x, y []float64) {
	copy(x, t[i].x)
	copy(y, t[i].y)
}

// Perceptrons had to be given the weights for XOR. Sigmoid neurons find them.
func ExampleSGD() {
	xor := table{
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
		fmt.Printf("%v %.0f\n", e.x, net.FeedForward(e.x)[0])
	}
	// Output:
	// [0 0] 0
	// [0 1] 1
	// [1 0] 1
	// [1 1] 0
}

// e^1000 overflows; softmax does not care.
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

// Training on digits in fifteen lines. With ReadMNIST in place of DrawDigits
// it learns from people's.
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

	correct := nndl.Correct(net, test, 0)
	fmt.Println("more than nine in ten:", correct > test.Len()*9/10)
	// Output:
	// more than nine in ten: true
}

// Save a network, load it, and ask it about one image.
func ExampleSaved() {
	digits := nndl.DrawDigits(1000, 1)
	net := nndl.New(nndl.SigmoidNeurons, nndl.Side*nndl.Side, 10)
	net.Output = nndl.SoftmaxLayer
	sgd := nndl.SGD{Cost: nndl.LogLikelihood, Eta: 0.5, BatchSize: 10}
	for epoch := range 5 {
		if _, err := sgd.Epoch(net, digits, epoch); err != nil {
			log.Fatal(err)
		}
	}

	saved, err := net.Saved(nndl.LogLikelihood)
	if err != nil {
		log.Fatal(err)
	}
	text, err := json.Marshal(saved) // os.WriteFile it
	if err != nil {
		log.Fatal(err)
	}

	var loaded nndl.Saved // os.ReadFile it
	if err := json.Unmarshal(text, &loaded); err != nil {
		log.Fatal(err)
	}
	reader, err := loaded.Network(nndl.SigmoidNeurons, nndl.SoftmaxLayer)
	if err != nil {
		log.Fatal(err)
	}

	x, y := make([]float64, nndl.Side*nndl.Side), make([]float64, 10)
	digits.Example(7, x, y)
	answer := reader.FeedForward(x)
	fmt.Println("it is a", nndl.Argmax(y), "and reads as a", nndl.Argmax(answer))
	// Output:
	// it is a 7 and reads as a 7
}
