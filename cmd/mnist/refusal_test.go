package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"nndl"
	"nndl/cmd/internal/netfile"
)

// This file is a table of bad input, of the flags first, then of files.

// A refusal is a command line that must fail before anything else is printed, with its exit status and the whole of
// what standard error must say. In both, DIR stands for a folder. Good MNIST files are in another, which is that of
// -data unless the command line says otherwise.
type refusal struct {
	name   string
	args   string // one blank between two of them
	status int
	says   string // after "mnist: "
}

// checkRefusals runs the command with each line.
func checkRefusals(t *testing.T, dir, data string, rows []refusal) {
	names := strings.NewReplacer("DIR", dir,
		// Not all systems use the same words.
		"no such file or directory", syscall.ENOENT.Error(), "not a directory", syscall.ENOTDIR.Error(),
		"file name too long", syscall.ENAMETOOLONG.Error())
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			args := []string{"-data", data, "-epochs", "1"}
			for _, arg := range strings.Split(r.args, " ") {
				args = append(args, names.Replace(arg)) // the folder's name may have blanks
			}
			status, out, stderr := command(t, args...)
			if want := "mnist: " + names.Replace(r.says) + "\n"; status != r.status || stderr != want {
				t.Errorf("%q: exit status %d, standard error\n%s\nwant %d,\n%s", args, status, stderr, r.status, want)
			}
			if out != "" {
				t.Errorf("begins all the same:\n%s", out)
			}
		})
	}
}

// badFlags are wrong by themselves.
var badFlags = []refusal{
	{"-load of no name", "-load=", 2, "-load without a name"},
	{"-save of no name", "-save=", 2, "-save without a name"},
	{"-data of no name", "-data=", 2, "-data without a name"},
	{"a report over the network that is saved", "-save DIR/x -report DIR/./x", 2,
		"-report DIR/./x is the file of the network; expected another"},
	{"a report over the network that is loaded", "-load DIR/x -report DIR/x", 2,
		"-report DIR/x is the file of the network; expected another"},
	{"a flag without its value", "-epochs", 2, "flag needs an argument: -epochs; -h lists the flags"},
	{"an unknown flag", "-layers 3", 2, "flag provided but not defined: -layers; -h lists the flags"},
	{"a flag of older versions", "-workers 3", 2, "flag provided but not defined: -workers; -h lists the flags"},
	{"a word that is no flag", "train", 2, `"train" is not a flag; -h lists the flags`},
	{"a word behind --", "-- -epochs", 2, `"-epochs" is not a flag; -h lists the flags`},
	{"a flag with three dashes", "---epochs 3", 2, "bad flag syntax: ---epochs; -h lists the flags"},
	{"a truth that is none", "-bits=perhaps", 2,
		`invalid boolean value "perhaps" for -bits: parse error; -h lists the flags`},
	{"-1 epochs", "-epochs -1", 2, "-epochs -1; expected 0 or more"},
	{"half an epoch", "-epochs 0.5", 2, `invalid value "0.5" for flag -epochs: parse error; -h lists the flags`},
	{"epochs beyond an int", "-epochs 99999999999999999999", 2,
		`invalid value "99999999999999999999" for flag -epochs: value out of range; -h lists the flags`},
	{"patience -1", "-patience -1", 2, "-patience -1; expected 0 or more"},
	{"patience as a word", "-patience long", 2,
		`invalid value "long" for flag -patience: parse error; -h lists the flags`},
	{"show -1", "-show -1", 2, "-show -1; expected 0 or more"},
	{"a seed below 0", "-seed -1", 2, `invalid value "-1" for flag -seed: parse error; -h lists the flags`},
	{"a seed beyond 64 bits", "-seed 18446744073709551616", 2,
		`invalid value "18446744073709551616" for flag -seed: value out of range; -h lists the flags`},
	{"an unknown cost", "-cost hinge", 2, `-cost "hinge"; expected quadratic, cross-entropy or log-likelihood`},
	{"no cost", "-cost=", 2, `-cost ""; expected quadratic, cross-entropy or log-likelihood`},
	{"a cost that would clear the screen", "-cost \x1b[2J\r\nhinge\u202e", 2,
		`-cost "\x1b[2J\r\nhinge\u202e"; expected quadratic, cross-entropy or log-likelihood`},
	{"an unknown init", "-init zero", 2, `-init "zero"; expected scaled or large`},
}

const noSize = " is not a size; expected whole numbers above 0, as in 100,30"

var badSizes = []refusal{
	{"no size", "-hidden 0", 2, `-hidden "0": "0"` + noSize},
	{"a negative size", "-hidden 30,-1", 2, `-hidden "30,-1": "-1"` + noSize},
	{"a size that is no number", "-hidden 30,many", 2, `-hidden "30,many": "many"` + noSize},
	{"half a neuron", "-hidden 1.5", 2, `-hidden "1.5": "1.5"` + noSize},
	{"an empty size", "-hidden 30,", 2, `-hidden "30,": ""` + noSize},
	{"a blank", "-hidden=\t", 2, `-hidden "\t": "\t"` + noSize},
	{"a size beyond all memory", "-hidden 1000000000", 2, `-hidden "1000000000": more than 20000000 weights`},
	{"sizes beyond all memory", "-hidden 30000,30000", 2, `-hidden "30000,30000": more than 20000000 weights`},
	{"sizes that only together are too many", "-hidden 20000,200,10000", 2,
		`-hidden "20000,200,10000": more than 20000000 weights`},
	{"a size beyond an int", "-hidden 99999999999999999999", 2,
		`-hidden "99999999999999999999": "99999999999999999999"` + noSize},
	{"784 of them are beyond 32 bits", "-hidden 5478275", 2, `-hidden "5478275": more than 20000000 weights`},
}

// badSettings cannot train the network on the digits.
var badSettings = []refusal{
	{"η = 0", "-eta 0", 2, "learning rate η = 0; it must be above 0 and finite"},
	{"η < 0", "-eta -1", 2, "learning rate η = -1; it must be above 0 and finite"},
	{"η NaN", "-eta NaN", 2, "learning rate η = NaN; it must be above 0 and finite"},
	{"η infinite", "-eta +Inf", 2, "learning rate η = +Inf; it must be above 0 and finite"},
	{"η beyond a float64", "-eta 1e999", 2,
		`invalid value "1e999" for flag -eta: value out of range; -h lists the flags`},
	{"η no number", "-eta fast", 2, `invalid value "fast" for flag -eta: parse error; -h lists the flags`},
	{"η with a comma", "-eta 0,5", 2, `invalid value "0,5" for flag -eta: parse error; -h lists the flags`},
	{"λ < 0", "-lambda -1", 2, "regularisation λ = -1, λ₁ = 0; both must be at least 0 and finite"},
	{"λ NaN", "-lambda NaN", 2, "regularisation λ = NaN, λ₁ = 0; both must be at least 0 and finite"},
	{"λ infinite", "-lambda +Inf", 2, "regularisation λ = +Inf, λ₁ = 0; both must be at least 0 and finite"},
	{"ηλ that leaves nothing of a weight", "-eta 10 -lambda 10", 2,
		"η = 10 with λ = 10; ηλ must be below n = 100 to leave some of a weight"},
	{"batch 0", "-batch 0", 2, "mini-batches of 0 examples; they need at least 1"},
	{"nothing to train, but a bad setting", "-epochs 0 -batch -1", 2,
		"mini-batches of -1 examples; they need at least 1"},
	{"a mini-batch beyond all memory", "-hidden 1,1200000,1 -batch 100", 2,
		fmt.Sprintf("mini-batches of 100 digits would take 4.3 GB of memory in this network; the limit is %.1f GB",
			maxMemory/1e9)},
}

func TestBadFlags(t *testing.T) {
	checkRefusals(t, t.TempDir(), tinyMNIST(t, 1), slices.Concat(badFlags, badSizes, badSettings))
}

var longName = strings.Repeat("n", 256)

// badFiles are not there, or cannot be read or written.
var badFiles = []refusal{
	{"a folder that is not there", "-data DIR/none", 1,
		"DIR/none: missing train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, " +
			"t10k-labels-idx1-ubyte (plain or .gz): file does not exist; -download fetches MNIST into that folder"},
	{"one file missing", "-data DIR/half", 1,
		"DIR/half: missing t10k-labels-idx1-ubyte (plain or .gz): file does not exist; " +
			"-download fetches MNIST into that folder"},
	{"a file for the folder", "-data DIR/file", 1, "-data: DIR/file is a file, not a folder"},
	{"a path that the shell has not expanded", "-data ~/none", 1,
		"-data: ~/none is not there: the shell expands no ~ in quotes or behind =; write the path in full"},
	{"to download into such a path", "-download -data ~/none", 1,
		"-data: ~/none is not there: the shell expands no ~ in quotes or behind =; write the path in full"},
	{"a folder among the files", "-data DIR/folders", 1,
		"open DIR/folders/train-images-idx3-ubyte.gz: it is a folder, not a file"},
	{"a folder without the file of its name", "-data DIR/empty", 1,
		"open DIR/empty/t10k-labels-idx1-ubyte: it is a folder, not a file"},
	{"a page for a file", "-data DIR/page", 1,
		"DIR/page/t10k-labels.idx1-ubyte.gz: neither IDX nor gzip of IDX with 1 dimensions of bytes: it begins with " +
			"3c 21 64 6f (a web page), expected 00 00 08 01"},
	{"a file to download into", "-download -data DIR/file", 1, "-data: DIR/file is a file, not a folder"},
	{"-load of nothing", "-load DIR/none", 1, "stat DIR/none: no such file or directory"},
	{"-load of a name that would clear the screen", "-load DIR/\x1b[2J\r\nnet\u202e", 1,
		"stat DIR/?[2J??net?: no such file or directory"},
	{"-load of a folder", "-load DIR/folder", 1, "open DIR/folder: it is a folder, not a file"},
	{"-load of a device", "-load /dev/null", 1, "open /dev/null: it is a device, not a file"},
	{"-load of a link to nowhere", "-load DIR/link", 1, "stat DIR/link: no such file or directory"},
	{"-load of a file larger than any network", "-load DIR/large", 1,
		"DIR/large has 600000001 bytes; no saved network has more than 600000000"},
	{"-report to a link to the file of -save", "-save DIR/file -report DIR/other", 2,
		"-report DIR/other is the file of the network; expected another"},
	{"-load of an empty file", "-load DIR/file", 1,
		"DIR/file: not a saved network: not JSON from byte 0 on: unexpected end of JSON input"},
	{"-save to a link to nowhere", "-save DIR/link", 1,
		"-save: DIR/link leads nowhere: lstat DIR/nowhere: no such file or directory"},
	{"-save to a link to itself", "-save DIR/round", 1,
		"-save: DIR/round leads nowhere: EvalSymlinks: too many links"},
	{"-save into no folder", "-save DIR/none/net", 1,
		"-save: no new file beside DIR/none/net: no such file or directory"},
	{"-save to a folder that is to come", "-save DIR/none/", 1,
		"-save: no new file beside DIR/none/: no such file or directory"},
	{"-save into a file", "-save DIR/file/net", 1, "-save: lstat DIR/file/net: not a directory"},
	{"-save onto a folder", "-save DIR/folder", 1, "-save: open DIR/folder: it is a folder, not a file"},
	{"-save to a name that is too long", "-save DIR/" + longName, 1,
		"-save: lstat DIR/" + longName + ": file name too long"},
}

func TestFilesThatAreNotThereOrCannotBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows words the errors of its file system otherwise")
	}
	dir, half := t.TempDir(), tinyMNIST(t, 1)
	empty, page := tinyMNIST(t, 1), tinyMNIST(t, 1)
	for _, name := range []string{"file", "large"} {
		writeFile(t, filepath.Join(dir, name), nil)
	}
	for _, err := range []error{
		os.Rename(half, filepath.Join(dir, "half")),
		os.Remove(filepath.Join(dir, "half", "t10k-labels-idx1-ubyte")),
		os.Rename(empty, filepath.Join(dir, "empty")),
		os.Remove(filepath.Join(dir, "empty", "t10k-labels-idx1-ubyte")),
		os.Mkdir(filepath.Join(dir, "empty", "t10k-labels-idx1-ubyte"), 0o755),
		os.Rename(page, filepath.Join(dir, "page")),
		os.Remove(filepath.Join(dir, "page", "t10k-labels-idx1-ubyte")),
		os.WriteFile(filepath.Join(dir, "page", "t10k-labels.idx1-ubyte.gz"), []byte("<!doctype html>"), 0o644),
		os.Mkdir(filepath.Join(dir, "folder"), 0o755),
		os.MkdirAll(filepath.Join(dir, "folders", "train-images-idx3-ubyte.gz"), 0o755),
		os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "link")),
		os.Truncate(filepath.Join(dir, "large"), maxFile+1), // takes no room on the disk
		os.Symlink("round", filepath.Join(dir, "round")),
		os.Symlink("file", filepath.Join(dir, "other")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	checkRefusals(t, dir, tinyMNIST(t, 1), badFiles)
}

const twoKinds = "expected two of [perceptron sigmoid linear softmax]"

// badNetworks are changes of a good file, with what must be said of it: FILE stands for its path.
var badNetworks = []struct{ name, old, new, says string }{
	{"not JSON", goodNetwork, "hello",
		"FILE: not a saved network: not JSON from byte 1 on: invalid character 'h' looking for beginning of value"},
	{"half a file", goodNetwork, goodNetwork[:5000],
		"FILE: not a saved network: not JSON from byte 5000 on: unexpected end of JSON input"},
	{"more behind it", goodNetwork, goodNetwork + "{}",
		"FILE: not a saved network: not JSON from byte 8130 on: invalid character '{' after top-level value"},
	{"JSON of something else", goodNetwork, "[1, 2]",
		"FILE: not a saved network: at byte 1: array cannot be read as struct"},
	{"an empty object", goodNetwork, "{}",
		`FILE: not a saved network: hidden "" and output "" neurons under cost ""; ` + twoKinds},
	{"brackets for ever", goodNetwork, strings.Repeat("[", 20000),
		"FILE: not a saved network: not JSON from byte 10001 on: invalid character '[' exceeded max depth"},
	{"a size that disagrees", "784, 2", "784, 3",
		"FILE: not a saved network: layer 1 of 3 neurons has 2 rows of weights and 2 biases"},
	{"a size below 0", "784, 2", "784, -2",
		"FILE: not a saved network: layer 1 of -2 neurons has 2 rows of weights and 2 biases"},
	{"a size beyond all memory", "784, 2", "784, 2000000000",
		"FILE: not a saved network: layer 1 of 2000000000 neurons has 2 rows of weights and 2 biases"},
	{"NaN", "0.0", "NaN",
		"FILE: not a saved network: not JSON from byte 39 on: invalid character 'N' looking for beginning of value"},
	{"Infinity", "0.0", "-Infinity",
		"FILE: not a saved network: not JSON from byte 40 on: invalid character 'I' in numeric literal"},
	{"null", "0.0", "null", "FILE: not a saved network: weights[0][0][0] is null; expected a finite number"},
	{"too large a number", "0.0", "1e400",
		"FILE: not a saved network: at byte 43: number 1e400 cannot be read as float64"},
	{"9 outputs", goodNetwork, network2("QuadraticCost", 9),
		"FILE: a network of 784 inputs and 9 outputs; to read digits it takes 784 and 10"},
	{"hidden neurons that are alike", "0.5", "0.0",
		"FILE: the 2 neurons of layer 1 have the same weights and bias, to them and from them, and stay alike for " +
			"ever; call InitScaled first, for random ones"},
	{"a cost that network2.py has not", "QuadraticCost", "HingeCost",
		`FILE: not a saved network: hidden "" and output "" neurons under cost "HingeCost"; ` + twoKinds},
	{"a cost that would clear the screen", "QuadraticCost", `\u001b[2J`,
		`FILE: not a saved network: hidden "" and output "" neurons under cost "\x1b[2J"; ` + twoKinds},
	{"kinds, but a cost that is not known", `"QuadraticCost"`,
		`"HingeCost", "hidden": "sigmoid", "output": "sigmoid"`,
		`FILE: cost "HingeCost"; expected QuadraticCost, CrossEntropyCost or LogLikelihoodCost`},
	{"an epoch below 0", `"cost"`, `"epoch": -1, "cost"`, "FILE: epoch -1; expected 0 or more"},
	{"an epoch beyond an int", `"cost"`, `"epoch": 1e30, "cost"`,
		"FILE: not a saved network: at byte 8118: number 1e30 cannot be read as int"},
	{"a saved cost with no meaning", `"cost"`, `"settings": {"cost": "hinge"}, "cost"`,
		`FILE: settings: -cost "hinge"; expected quadratic, cross-entropy or log-likelihood`},
	{"saved settings of the wrong type", `"cost"`, `"settings": {"eta": []}, "cost"`,
		"FILE: settings: at byte 9: array cannot be read as float64"},
	{"saved settings that are a list", `"cost"`, `"settings": [], "cost"`,
		"FILE: settings: at byte 1: array cannot be read as struct"},
	{"a saved η that makes no sense", `"cost"`,
		`"settings": {"cost": "quadratic", "eta": -1, "batch": 1}, "cost"`,
		"FILE: learning rate η = -1; it must be above 0 and finite"},
	{"a saved seed below 0", `"cost"`, `"settings": {"seed": -1}, "cost"`,
		"FILE: settings: at byte 11: number -1 cannot be read as uint64"},
	{"saved patience below 0", `"cost"`, `"settings": {"patience": -1}, "cost"`,
		"FILE: settings: -patience -1; expected 0 or more"},
	{"a saved cost that does not fit", `"cost"`, `"settings": {"cost": "log-likelihood"}, "cost"`,
		"FILE: log-likelihood cost fits softmax outputs, not sigmoid ones; quadratic cost fits all"},
}

var goodNetwork = network2("QuadraticCost", 10)

func TestSavedNetworksThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	var rows []refusal
	for i, test := range badNetworks {
		text := strings.Replace(goodNetwork, test.old, test.new, 1)
		if text == goodNetwork {
			t.Errorf("%s: the row changes nothing", test.name)
		}
		path := fmt.Sprint("DIR/net", i)
		writeFile(t, strings.Replace(path, "DIR", dir, 1), []byte(text))
		rows = append(rows, refusal{test.name, "-load " + path, 1, strings.ReplaceAll(test.says, "FILE", path)})
	}
	checkRefusals(t, dir, tinyMNIST(t, 1), rows)
}

// misfits are flags that do not fit the saved network.
var misfits = []refusal{
	{"-hidden beside -load", "-load DIR/softmax -hidden 30", 2,
		"-hidden and -init are for a new network; that of -load DIR/softmax has its layers and weights"},
	{"-init beside -load", "-load DIR/softmax -init large", 2,
		"-hidden and -init are for a new network; that of -load DIR/softmax has its layers and weights"},
	{"a cost", "-load DIR/softmax -cost cross-entropy", 2,
		"cross-entropy cost fits sigmoid outputs, not softmax ones; quadratic cost fits all"},
	{"a cost, only to test", "-load DIR/softmax -cost cross-entropy -epochs 0", 2,
		"cross-entropy cost fits sigmoid outputs, not softmax ones; quadratic cost fits all"},
	{"perceptrons to train", "-load DIR/perceptron", 1,
		"DIR/perceptron: perceptron neurons cannot learn by gradient descent: they have no method Backward; " +
			"the answer of a perceptron stays or flips, so that no derivative shows the way: use sigmoid neurons"},
}

func TestFlagsThatDoNotFitTheSavedNetwork(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	for _, test := range []struct {
		output nndl.Activation
		cost   nndl.Cost
	}{{nndl.SoftmaxLayer, nndl.LogLikelihood}, {nndl.Perceptrons, nndl.Quadratic}} {
		net := nndl.New(nndl.SigmoidNeurons, 784, 10)
		net.Output = test.output
		network, err := netfile.From(net, test.cost)
		if err != nil {
			t.Fatal(err)
		}
		writeJSON(t, filepath.Join(dir, fmt.Sprint(test.output)), saved{Saved: network})
	}
	checkRefusals(t, dir, data, misfits)
	succeed(t, "-data", data, "-load", filepath.Join(dir, "softmax"), "-cost", "quadratic", "-epochs", "1")
	succeed(t, "-data", data, "-load", filepath.Join(dir, "perceptron"), "-epochs", "0")
}
