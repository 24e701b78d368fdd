package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nndl"
	"nndl/cmd/internal/netfile"
)

// flags is what the command line says.
type flags struct {
	settings
	data     string
	download bool
	hidden   []int
	save     string
	load     string
	show     int
	bits     bool
	report   string

	suited bool // whether η and λ were loaded and are for the cost in use

	set   *flag.FlagSet
	given map[string]string // the flags that the command line has, and their values
}

// settings are what a run is trained with. They are saved with the network.
type settings struct {
	Cost   string  `json:"cost"`
	Epochs int     `json:"epochs"`
	Batch  int     `json:"batch"`
	Eta    float64 `json:"eta"`
	Lambda float64 `json:"lambda"`
	Init   string  `json:"init"`
	Seed   uint64  `json:"seed"`
	Data   string  `json:"data"` // which training digits: see fingerprint

	Patience int `json:"patience,omitempty"`
}

// A pair is a cost, the output layer that a new network gets for it, and the η and λ that suit it. This λ is for one
// training digit, because λ/n is what counts.
type pair struct {
	cost   nndl.Cost
	output nndl.Activation
	eta    float64
	lambda float64
}

var pairs = []pair{
	{nndl.Quadratic, nndl.SigmoidNeurons, 3, 0},
	{nndl.CrossEntropy, nndl.SigmoidNeurons, 0.25, 1e-4},
	{nndl.LogLikelihood, nndl.SoftmaxLayer, 0.25, 1e-4},
}

// indexOf returns the index in pairs of the cost of that name, or -1.
func indexOf(name string) int {
	return slices.IndexFunc(pairs, func(p pair) bool { return p.cost.String() == name })
}

// maxWeights bounds the network. To save a weight takes about 100 bytes of memory: 2 GB for all.
const maxWeights = 20_000_000

// parse reads the command line.
func parse(args []string, stdout io.Writer) (*flags, error) {
	fs := flag.NewFlagSet("mnist", flag.ContinueOnError)
	f := &flags{set: fs, given: map[string]string{}}
	fs.SetOutput(io.Discard) // errors are printed by run, in one line
	hidden := f.define()
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stdout, "Train a network to read handwritten digits, and test it. The flags:")
		fs.SetOutput(stdout)
		fs.PrintDefaults()
		return nil, err
	} else if err != nil {
		return nil, misused("%w; -h lists the flags", err)
	}
	if fs.NArg() > 0 {
		return nil, misused("%q is not a flag; -h lists the flags", fs.Arg(0))
	}
	fs.Visit(func(g *flag.Flag) { f.given[g.Name] = g.Value.String() })
	if err := f.check(); err != nil {
		return nil, misuse{err}
	}
	return f, f.parseHidden(*hidden)
}

// define defines the flags of f. That of -hidden is returned to be read later.
func (f *flags) define() (hidden *string) {
	fs := f.set
	fs.StringVar(&f.data, "data", "data", "`folder` with the four files of MNIST, plain or .gz. "+
		"Not given and none of them there:\ntrain on drawn digits. Example: -data ~/mnist")
	fs.BoolVar(&f.download, "download", false, "fetch MNIST into the folder of -data first (11 MB), "+
		"unless it is there.\nExample: -download")
	hidden = fs.String("hidden", "30", "`sizes` of the hidden layers, comma-separated, empty for none.\n"+
		"Example: -hidden 100,30, or -hidden \"\"")
	fs.StringVar(&f.Cost, "cost", "cross-entropy", "`name` of the cost: quadratic or cross-entropy (sigmoid outputs), "+
		"log-likelihood\n(softmax outputs). Example: -cost quadratic")
	fs.IntVar(&f.Epochs, "epochs", 10, "train up to this `epoch`, counted from the start of training; 0 only tests.\n"+
		"Example: -epochs 30")
	fs.IntVar(&f.Batch, "batch", 10, "`digits` in a mini-batch. Example: -batch 100")
	fs.Float64Var(&f.Eta, "eta", 0, "learning `rate` η. Default: 3 for quadratic, else 0.25. Example: -eta 0.1")
	fs.Float64Var(&f.Lambda, "lambda", 0, "L2 regularisation `parameter` λ. Default: 0 for quadratic, "+
		"else a ten-thousandth\nof the number of training digits, 5 for MNIST. Example: -lambda 0")
	fs.StringVar(&f.Init, "init", "scaled", "`name` of the initial weights: scaled for N(0, 1/n), large for N(0, 1).\n"+
		"Example: -init large")
	fs.IntVar(&f.Patience, "patience", 0, "stop after this `number` of epochs without a better validation accuracy, "+
		"and keep the\nbest network, which -save then holds; 0 for never. Example: -patience 5")
	fs.Uint64Var(&f.Seed, "seed", 1, "`number` that fixes the weights, the order of the digits and the drawn digits.\n"+
		"Example: -seed 2")
	fs.StringVar(&f.save, "save", "", "write the network to this `file` after every epoch. Example: -save net.json")
	fs.StringVar(&f.load, "load", "", "start from the network in this `file`, with the settings it was trained with "+
		"where\nno flag says otherwise. Example: -load net.json -epochs 30")
	fs.IntVar(&f.show, "show", 0, "at the end, draw this `number` of test digits, those most confidently misread.\n"+
		"Example: -show 3")
	fs.BoolVar(&f.bits, "bits", false, "at the end, read the digits through the binary layer of exercise 1.3. "+
		"Example: -bits")
	fs.StringVar(&f.report, "report", "", "at the end, write a page about the run to this `file`: curves of cost and "+
		"accuracy, what\nis misread, the weights. Example: -report run.html")
	return hidden
}

// has reports whether the command line has a flag of that name.
func (f *flags) has(name string) bool {
	_, given := f.given[name]
	return given
}

// pair returns the cost of the settings and what goes with it.
func (f *flags) pair() *pair { return &pairs[indexOf(f.Cost)] }

// resume takes the settings that were saved with a network, where the command line does not say otherwise. Files of
// network2.py hold only the cost. Settings that older versions of this command had are passed over.
func (f *flags) resume(s *saved) error {
	f.Cost = ""
	if s.Settings != nil {
		// over the defaults, which stay where the file says nothing
		if err := netfile.ReadJSON(s.Settings, &f.settings); err != nil {
			return fmt.Errorf("%s: settings: %w", f.load, err)
		}
		f.suited = f.Cost != "" && (!f.has("cost") || f.given["cost"] == f.Cost)
	}
	for name, value := range f.given {
		f.set.Set(name, value) // parsed once already
	}
	if f.Cost == "" {
		cost, err := netfile.Cost(s.Saved.Cost)
		if err != nil {
			return fmt.Errorf("%s: %w", f.load, err)
		}
		f.Cost = cost.String()
	}
	if err := f.check(); err != nil {
		return fmt.Errorf("%s: settings: %w", f.load, err)
	}
	return nil
}

// check returns an error if a setting by itself makes no sense. SGD checks η, λ and the mini-batches, and whether the
// cost fits the network.
func (f *flags) check() error {
	for _, name := range []string{"data", "load", "save", "report"} {
		if value, given := f.given[name]; given && value == "" {
			return fmt.Errorf("-%s without a name", name)
		}
	}
	switch {
	case indexOf(f.Cost) < 0:
		return fmt.Errorf("-cost %q; expected quadratic, cross-entropy or log-likelihood", f.Cost)
	case f.Init != "scaled" && f.Init != "large":
		return fmt.Errorf("-init %q; expected scaled or large", f.Init)
	case f.Epochs < 0:
		return fmt.Errorf("-epochs %d; expected 0 or more", f.Epochs)
	case f.Patience < 0:
		return fmt.Errorf("-patience %d; expected 0 or more", f.Patience)
	case f.show < 0:
		return fmt.Errorf("-show %d; expected 0 or more", f.show)
	case f.report != "" && (sameFile(f.report, f.save) || sameFile(f.report, f.load)):
		return fmt.Errorf("-report %s is the file of the network; expected another", f.report)
	case f.load != "" && (f.has("hidden") || f.has("init")):
		return fmt.Errorf("-hidden and -init are for a new network; that of -load %s has its layers and weights",
			f.load)
	}
	return nil
}

// sameFile reports whether two paths lead to one file, which need not be there.
func sameFile(p, q string) bool {
	info, err := os.Stat(p)
	other, errOther := os.Stat(q)
	return filepath.Clean(p) == filepath.Clean(q) || err == nil && errOther == nil && os.SameFile(info, other)
}

// parseHidden reads the sizes of the hidden layers.
func (f *flags) parseHidden(hidden string) error {
	if hidden == "" {
		return nil
	}
	weights, before := 0, nndl.Side*nndl.Side
	for _, size := range strings.Split(hidden, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(size))
		if err != nil || n < 1 {
			return misused("-hidden %q: %q is not a size; expected whole numbers above 0, as in 100,30", hidden, size)
		}
		if n > (maxWeights-weights)/before { // before*n may be beyond an int
			return misused("-hidden %q: more than %d weights", hidden, maxWeights)
		}
		f.hidden = append(f.hidden, n)
		weights, before = weights+before*n, n
	}
	return nil
}
