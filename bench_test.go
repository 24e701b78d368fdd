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

// How fast, and why: README.md says what the figures mean. With MNIST where
// MNIST_DIR is set, on drawn digits otherwise:
//
//	go test -run '^$' -bench . -count 5

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

func (r repeated) listInk(_ any, i int, at []int32, ink, y []float64) int {
	return r.digits.(inked).listInk(r.digits, i%r.digits.Len(), at, ink, y)
}

// benchmarkTraining times steps on mini-batches of m examples, only these: no
// reading, no testing. It reports the time for each example.
func benchmarkTraining(b *testing.B, data Data, sizes []int, m, workers int) {
	net := New(SigmoidNeurons, sizes...)
	net.InitScaled(1)
	sgd := SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: m, Workers: workers}
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
	step() // the first two take memory
	step()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		step()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m), "ns/example")
}

func BenchmarkTrain(b *testing.B) {
	for _, sizes := range [][]int{{784, 10}, {784, 30, 10}, {784, 100, 10}, {784, 300, 300, 10}} {
		b.Run(fmt.Sprint(sizes), func(b *testing.B) { benchmarkTraining(b, benchmarkDigits(), sizes, 10, 1) })
	}
}

func BenchmarkTrainWorkers(b *testing.B) {
	for _, size := range []struct{ hidden, m int }{{30, 10}, {100, 10}, {30, 100}, {300, 100}} {
		for _, workers := range []int{1, 2, 8} {
			b.Run(fmt.Sprintf("784-%d-10,m=%d/workers=%d", size.hidden, size.m, workers), func(b *testing.B) {
				benchmarkTraining(b, benchmarkDigits(), []int{784, size.hidden, 10}, size.m, workers)
			})
		}
	}
}

// The time for an example must be proportional to the weights,
func BenchmarkTrainHidden(b *testing.B) {
	for _, hidden := range []int{10, 30, 100, 300, 1000} {
		b.Run(fmt.Sprint(hidden), func(b *testing.B) {
			benchmarkTraining(b, benchmarkDigits(), []int{784, hidden, 10}, 10, 1)
		})
	}
}

// … hardly depend on the size of the mini-batch,
func BenchmarkTrainBatchSize(b *testing.B) {
	for _, m := range []int{1, 3, 10, 30, 100, 300, 1000} {
		b.Run(fmt.Sprint(m), func(b *testing.B) {
			benchmarkTraining(b, benchmarkDigits(), []int{784, 30, 10}, m, 1)
		})
	}
}

// … and not on the size of the training set.
func BenchmarkTrainExamples(b *testing.B) {
	for _, n := range []int{1000, 5000, 10_000, 60_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			benchmarkTraining(b, repeated{benchmarkDigits(), n}, []int{784, 30, 10}, 10, 1)
		})
	}
}

func BenchmarkCorrect(b *testing.B) {
	digits := benchmarkDigits().Slice(0, 10_000)
	net := New(SigmoidNeurons, 784, 30, 10)
	net.InitScaled(1)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				Correct(net, digits, workers)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*digits.Len()), "ns/example")
		})
	}
}

// BenchmarkDense holds weigh on a dense layer of 300 to 300 neurons against
// the quickest scalar dot product known here, of one row at a time, in nanoseconds a multiplication.
func BenchmarkDense(b *testing.B) {
	const n, m = 300, 10
	rng := rand.New(rand.NewPCG(1, 1))
	net := New(LinearNeurons, n, n)
	net.InitScaled(1)
	rows := newRows(net.Sizes, m)
	x := make([]float64, n)
	for i := range rows {
		for k := range x {
			x[k] = rng.Float64()
		}
		rows[i].listInk(0, x)
	}
	b.Run("weigh", func(b *testing.B) {
		for range b.N {
			weigh(net.Weights[1], net.Biases[1], rows, 1)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m*n*n), "ns/multiplication")
	})
	b.Run("dot", func(b *testing.B) {
		for range b.N {
			for i := range rows {
				for j, w := range net.Weights[1] {
					rows[i].z[1][j] = dot4(w, rows[i].ink[0])
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
