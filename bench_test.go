package nndl

import (
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// How fast, in nanoseconds for each example. With MNIST where MNIST_DIR is set, on drawn digits otherwise; on one
// core and on two:
//
//	go test -run '^$' -bench . -cpu 1,2 -count 5

// benchmarkDigits returns digits to train on: 50,000 of MNIST or 10,000 drawn.
var benchmarkDigits = sync.OnceValue(func() Digits {
	train, _, _, err := ReadMNIST(os.Getenv("MNIST_DIR"))
	if err != nil {
		return DrawDigits(10_000, 1)
	}
	return train
})

// repeated is data made of the same digits again and again, n in all.
type repeated struct {
	digits Data
	n      int
}

func (r repeated) Len() int { return r.n }

func (r repeated) Example(i int, x, y []float64) { r.digits.Example(i%r.digits.Len(), x, y) }

// benchmarkTraining times steps on mini-batches of m examples with L2 regularisation λ, only these: no reading, no
// testing.
func benchmarkTraining(b *testing.B, data Data, m int, lambda float64, sizes ...int) {
	net := New(SigmoidNeurons, sizes...)
	net.InitScaled(1)
	sgd := SGD{Cost: CrossEntropy, Eta: 0.25, BatchSize: m, Lambda: lambda}
	order := sgd.Order(data.Len(), 1)
	next := 0
	step := func() {
		if next+m > len(order) {
			next = 0
		}
		if _, err := sgd.Step(net, data, order[next:next+m]); err != nil {
			b.Fatal(err)
		}
		next += m
	}
	step() // the first one takes memory
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		step()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m), "ns/example")
}

// The settings of cmd/mnist, λ = 1 and mini-batches of 10, and without weight decay. The first row is what go run
// ./cmd/mnist does.
func BenchmarkTrain(b *testing.B) {
	for _, sizes := range [][]int{{784, 30, 10}, {784, 100, 10}, {784, 10}, {784, 300, 300, 10}} {
		for _, lambda := range []float64{1, 0} {
			b.Run(fmt.Sprintf("%v,λ=%v", sizes, lambda), func(b *testing.B) {
				benchmarkTraining(b, benchmarkDigits(), 10, lambda, sizes...)
			})
		}
	}
}

// Large mini-batches, which the cores share, and some that are just too small for it.
func BenchmarkTrainShared(b *testing.B) {
	for _, size := range []struct{ hidden, m int }{{300, 100}, {100, 100}, {30, 100}, {300, 10}} {
		b.Run(fmt.Sprintf("784-%d-10,m=%d", size.hidden, size.m), func(b *testing.B) {
			benchmarkTraining(b, benchmarkDigits(), size.m, 1, 784, size.hidden, 10)
		})
	}
}

// The time for an example grows with the weights,
func BenchmarkTrainHidden(b *testing.B) {
	for _, hidden := range []int{10, 30, 100, 300, 1000} {
		b.Run(fmt.Sprint(hidden), func(b *testing.B) {
			benchmarkTraining(b, benchmarkDigits(), 10, 1, 784, hidden, 10)
		})
	}
}

// falls with the size of the mini-batch, as all weights decay once for each,
func BenchmarkTrainBatchSize(b *testing.B) {
	for _, m := range []int{1, 3, 10, 30, 100, 300, 1000} {
		b.Run(fmt.Sprint(m), func(b *testing.B) {
			benchmarkTraining(b, benchmarkDigits(), m, 1, 784, 30, 10)
		})
	}
}

// and hardly depends on the size of the training set.
func BenchmarkTrainExamples(b *testing.B) {
	for _, n := range []int{1000, 5000, 10_000, 60_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			benchmarkTraining(b, repeated{benchmarkDigits(), n}, 10, 1, 784, 30, 10)
		})
	}
}

func BenchmarkCorrect(b *testing.B) {
	digits := benchmarkDigits().Slice(0, 10_000)
	net := New(SigmoidNeurons, 784, 30, 10)
	net.InitScaled(1)
	b.ReportAllocs()
	for range b.N {
		Correct(net, digits)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*digits.Len()), "ns/example")
}

// BenchmarkDense holds weighFives on a dense layer of 300 to 300 neurons against the quickest scalar dot product known
// here, of one row at a time, in nanoseconds a multiplication.
func BenchmarkDense(b *testing.B) {
	const n, m = 300, 10
	rng := rand.New(rand.NewPCG(1, 1))
	net := New(LinearNeurons, n, n)
	net.InitScaled(1)
	var passes []pass
	for range m {
		x := newPass(net.Sizes)
		for k := range x.a[0] {
			x.a[0][k] = rng.Float64()
		}
		x.listInk(0)
		passes = append(passes, x)
	}
	b.Run("weighFives", func(b *testing.B) {
		for range b.N {
			weighFives(net, passes, 1)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m*n*n), "ns/multiplication")
	})
	b.Run("dot", func(b *testing.B) {
		for range b.N {
			for i := range passes {
				for j, w := range net.Weights[1] {
					passes[i].z[1][j] = dot4(w, passes[i].ink[0])
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m*n*n), "ns/multiplication")
	})
}

// dot4 is u·v in four sums that do not wait for one another.
func dot4(u, v []float64) float64 {
	v = v[:len(u)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i < len(u)-3; i += 4 {
		s0 += u[i] * v[i]
		s1 += u[i+1] * v[i+1]
		s2 += u[i+2] * v[i+2]
		s3 += u[i+3] * v[i+3]
	}
	for ; i < len(u); i++ {
		s0 += u[i] * v[i]
	}
	return s0 + s1 + s2 + s3
}

func BenchmarkDrawDigits(b *testing.B) {
	for range b.N {
		DrawDigits(13_000, 1)
	}
}

// BenchmarkLoad holds reading MNIST against decompressing its files alone.
func BenchmarkLoad(b *testing.B) {
	dir := mnistDir(b)
	paths, err := filepath.Glob(filepath.Join(dir, "t*-ubyte.gz"))
	if err != nil || len(paths) != 4 {
		b.Skipf("not the four compressed files: %v, %v", paths, err)
	}
	b.Run("ReadMNIST", func(b *testing.B) {
		for range b.N {
			if _, _, _, err := ReadMNIST(dir); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("gunzip", func(b *testing.B) {
		for range b.N {
			for _, path := range paths {
				f, err := os.Open(path)
				if err != nil {
					b.Fatal(err)
				}
				z, err := gzip.NewReader(f)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, z); err != nil {
					b.Fatal(err)
				}
				f.Close()
			}
		}
	})
}
