// Package netfile has the form in which commands save a network. It is the JSON of network2.py, the program of chapter
// 3 of Nielsen's book, with the kinds of neuron added.
package netfile

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"nndl"
	"nndl/cmd/internal/wholefile"
)

// A Saved is a network as a file holds it. To save more with it, embed it in a struct with further fields.
//
// The file has no entry for the input layer, so its weights[0] is Weights[1] of the network. A bias is a row of one
// number. The numbers are pointers so that null, which many programs write for NaN, is not read as 0.
type Saved struct {
	Sizes   []int          `json:"sizes"`
	Weights [][][]*float64 `json:"weights"` // *Weights[l-1][j][k] = w^l_jk
	Biases  [][][]*float64 `json:"biases"`  // *Biases[l-1][j][0] = b^l_j
	Cost    string         `json:"cost"`
	Hidden  string         `json:"hidden,omitempty"` // the kinds of neuron; network2.py ignores both
	Output  string         `json:"output,omitempty"`
}

// Read reads the file at path into s, a *Saved or a pointer to a struct that embeds one. The error names the path. A
// file of more than most bytes is refused before it is read, and so is what is no regular file.
func Read(path string, most int64, s any) error {
	info, err := wholefile.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > most {
		return fmt.Errorf("%s has %d bytes; no saved network has more than %d", path, info.Size(), most)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := ReadJSON(text, s); err != nil {
		return fmt.Errorf("%s: not a saved network: %w", path, err)
	}
	return nil
}

// ReadJSON is json.Unmarshal with errors that say where text is wrong, and do not speak of Go.
func ReadJSON(text []byte, v any) error {
	err := json.Unmarshal(text, v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("not JSON from byte %d on: %w", syntax.Offset, err)
	}
	var value *json.UnmarshalTypeError
	if errors.As(err, &value) {
		return fmt.Errorf("at byte %d: %s cannot be read as %v", value.Offset, value.Value, value.Type.Kind())
	}
	return err
}

// costs are the costs that can be saved, by their names in a file. network2.py has the first two.
var costs = map[string]nndl.Cost{
	"QuadraticCost":     nndl.Quadratic,
	"CrossEntropyCost":  nndl.CrossEntropy,
	"LogLikelihoodCost": nndl.LogLikelihood,
}

// kinds are the kinds of neuron that can be saved.
var kinds = []nndl.Activation{nndl.Perceptrons, nndl.SigmoidNeurons, nndl.LinearNeurons, nndl.SoftmaxLayer}

// From returns a copy of net in the form of a file, with the cost that net was trained with.
//
// network2.py computes sigmoid neurons only. If net has others, the name of the cost is written with its kinds, as in
// "LogLikelihoodCost (sigmoid, softmax)". Then network2.py refuses the file. The error is that of net.Check, or says
// that the cost or a kind has no name in a file.
func From(net *nndl.Network, cost nndl.Cost) (Saved, error) {
	if err := net.Check(); err != nil {
		return Saved{}, fmt.Errorf("the network cannot be saved: %w", err)
	}
	s := Saved{Sizes: slices.Clone(net.Sizes), Hidden: fmt.Sprint(net.Hidden), Output: fmt.Sprint(net.Output)}
	for name, c := range costs {
		if c == cost {
			s.Cost = name
		}
	}
	if s.Cost == "" || !slices.Contains(kinds, net.Hidden) || !slices.Contains(kinds, net.Output) {
		return Saved{}, fmt.Errorf("%v cost, hidden %v, output %v neurons: one has no name", cost, s.Hidden, s.Output)
	}
	if net.Hidden != nndl.SigmoidNeurons || net.Output != nndl.SigmoidNeurons {
		s.Cost += " (" + s.Hidden + ", " + s.Output + ")"
	}
	for l := 1; l < len(net.Sizes); l++ {
		var weights, biases [][]*float64
		for j, w := range net.Weights[l] {
			weights = append(weights, pointers(w...))
			biases = append(biases, pointers(net.Biases[l][j]))
		}
		s.Weights = append(s.Weights, weights)
		s.Biases = append(s.Biases, biases)
	}
	return s, nil
}

// pointers returns pointers to copies of the numbers.
func pointers(numbers ...float64) []*float64 {
	row := make([]*float64, len(numbers))
	for k, x := range numbers {
		row[k] = &x
	}
	return row
}

// Network returns the network that was saved. A file of network2.py names no kinds; its neurons are sigmoid. The error
// says which kinds are not known, which number is null, or where sizes, weights and biases disagree; layer 1 has
// weights[0]. Sizes alone take no memory, however large they are.
func (s Saved) Network() (*nndl.Network, error) {
	if s.Hidden == "" && s.Output == "" && (s.Cost == "QuadraticCost" || s.Cost == "CrossEntropyCost") {
		s.Hidden, s.Output = nndl.SigmoidNeurons.String(), nndl.SigmoidNeurons.String()
	}
	net := &nndl.Network{Sizes: slices.Clone(s.Sizes), Hidden: kind(s.Hidden), Output: kind(s.Output)}
	if net.Hidden == nil || net.Output == nil {
		return nil, fmt.Errorf("hidden %q and output %q neurons under cost %q; expected two of %v",
			s.Hidden, s.Output, s.Cost, kinds)
	}
	if n := len(s.Sizes); n < 2 || len(s.Weights) != n-1 || len(s.Biases) != n-1 {
		return nil, fmt.Errorf("%d sizes, %d layers of weights and %d of biases; expected 2 or more, then 1 fewer",
			n, len(s.Weights), len(s.Biases))
	}
	weights, errW := values("weights", s.Weights)
	columns, errB := values("biases", s.Biases)
	if err := cmp.Or(errW, errB); err != nil {
		return nil, err
	}
	net.Weights, net.Biases = weights, make([][]float64, len(s.Sizes))
	for l := range columns {
		for j, b := range columns[l] {
			if len(b) != 1 {
				return nil, fmt.Errorf("biases[%d][%d] has %d numbers; expected 1", l-1, j, len(b))
			}
			net.Biases[l] = append(net.Biases[l], b[0])
		}
	}
	if err := net.Check(); err != nil {
		return nil, err
	}
	return net, nil
}

// kind returns the kind of neuron of that name, or nil.
func kind(name string) nndl.Activation {
	for _, k := range kinds {
		if k.String() == name {
			return k
		}
	}
	return nil
}

// values returns the numbers of a file, with nil in front for the input layer. The error says which one is null.
func values(name string, layers [][][]*float64) ([][][]float64, error) {
	all := make([][][]float64, 1+len(layers))
	for l := range layers {
		for j, row := range layers[l] {
			numbers := make([]float64, len(row))
			for k, x := range row {
				if x == nil {
					return nil, fmt.Errorf("%s[%d][%d][%d] is null; expected a finite number", name, l, j, k)
				}
				numbers[k] = *x
			}
			all[l+1] = append(all[l+1], numbers)
		}
	}
	return all, nil
}

// Cost returns the cost that a file calls by that name, with or without kinds of neuron behind it.
func Cost(name string) (nndl.Cost, error) {
	short, _, _ := strings.Cut(name, " ")
	if cost, ok := costs[short]; ok {
		return cost, nil
	}
	return nil, fmt.Errorf("cost %q; expected QuadraticCost, CrossEntropyCost or LogLikelihoodCost", name)
}
