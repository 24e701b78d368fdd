package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nndl"
)

// tinyMNIST writes the four files with 120 training and 40 test digits, drawn
// with the seed, and returns their folder.
func tinyMNIST(t testing.TB, seed uint64) string {
	t.Helper()
	dir := t.TempDir()
	digits := nndl.DrawDigits(160, seed)
	for prefix, d := range map[string]nndl.Digits{"train": digits.Slice(0, 120), "t10k": digits.Slice(120, 160)} {
		n := binary.BigEndian.AppendUint32(nil, uint32(d.Len()))
		images := append(append([]byte{0, 0, 8, 3}, n...), 0, 0, 0, 28, 0, 0, 0, 28)
		labels := append([]byte{0, 0, 8, 1}, n...)
		writeFile(t, filepath.Join(dir, prefix+"-images-idx3-ubyte"), append(images, d.Pixels...))
		writeFile(t, filepath.Join(dir, prefix+"-labels-idx1-ubyte"), append(labels, d.Labels...))
	}
	return dir
}

func writeFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// mnist runs the command and returns its exit status and what it printed.
func mnist(args ...string) (status int, stdout, stderr string) {
	return mnistUntil(context.Background(), args...)
}

func mnistUntil(ctx context.Context, args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(ctx, args, &out, &err)
	return status, out.String(), err.String()
}

// succeed is mnist for what must not fail.
func succeed(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	status, stdout, stderr := mnist(args...)
	if status != 0 || stderr != "" {
		t.Fatalf("%q: exit status %d, standard error %q", args, status, stderr)
	}
	return stdout
}

func TestALineAnEpochAndTwoAtTheEnd(t *testing.T) {
	data := tinyMNIST(t, 1)
	for _, extra := range [][]string{nil, {"-bits", "-show", "2"}} {
		out := succeed(t, append([]string{"-data", data, "-epochs", "11", "-eta", "1"}, extra...)...)
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		epochs := regexp.MustCompile(`(?m)^epoch (( \d|1\d)/11  cost \d+\.\d{4}  validation [ 1]?[ \d]\d\.\d\d%  test [ \d]\d/40 \([ 1]?[ \d]\d\.\d\d%\)  \d+\.\d\d s)$`).FindAllString(out, -1)
		if len(epochs) != 11 {
			t.Fatalf("%d lines of epochs; want 11:\n%s", len(epochs), out)
		}

		bestEpoch, best, last := 0, -1, ""
		for i, line := range epochs {
			var correct int
			test := line[strings.Index(line, "test")+len("test "):]
			if _, err := fmt.Sscanf(test, "%d/40", &correct); err != nil {
				t.Fatal(err)
			}
			if correct > best {
				bestEpoch, best = i+1, correct
			}
			last = fmt.Sprintf("%d/40 (%.2f%%)", correct, float64(correct)/0.4)
		}
		want := fmt.Sprintf("best epoch: %d, %d/40 (%.2f%%)\ntest accuracy: %s", bestEpoch, best, float64(best)/0.4, last)
		if got := strings.Join(lines[len(lines)-2:], "\n"); got != want {
			t.Errorf("ends with\n%s\nwant\n%s", got, want)
		}
		for _, setting := range []string{"100 to train, 20 to validate, 40 to test", "784-30-10", "cross-entropy", "η 1", "λ 0.01", "mini-batches of 10", "seed 1", "scaled"} {
			if !strings.Contains(out, setting) {
				t.Errorf("%q is not among the settings printed:\n%s", setting, out)
			}
		}
		if extra != nil && (strings.Count(out, "read as") != 2 || !strings.Contains(out, "exercise 1.3: on ")) {
			t.Errorf("-show and -bits show nothing:\n%s", out)
		}
	}
}

func TestTheDefaultsSuitTheCost(t *testing.T) {
	data := tinyMNIST(t, 1)
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"-cost", "quadratic"}, "cost quadratic, η 3, λ 0,"},
		{[]string{"-cost", "cross-entropy"}, "cost cross-entropy, η 0.25, λ 0.01,"},
		{[]string{"-cost", "log-likelihood"}, "cost log-likelihood, η 0.25, λ 0.01,"},
		{[]string{"-cost", "log-likelihood"}, "softmax outputs"},
		{[]string{"-cost", "quadratic"}, "sigmoid outputs"},
		{[]string{"-lambda", "0", "-eta", "2"}, "η 2, λ 0,"},
		{[]string{"-hidden", ""}, "network 784-10,"},
		{[]string{"-hidden", "12, 7"}, "network 784-12-7-10,"},
		{[]string{"-init", "large"}, "large weights"},
	} {
		out := succeed(t, append(test.args, "-data", data, "-epochs", "1")...)
		if !strings.Contains(out, test.says) {
			t.Errorf("%q: %q is not in\n%s", test.args, test.says, out)
		}
	}
}

func TestARunThatWasStoppedEndsWithTheSameBits(t *testing.T) {
	data := tinyMNIST(t, 1)
	file := func(name string) string { return filepath.Join(t.TempDir(), name) }
	through, half, resumed, again := file("through"), file("half"), file("resumed"), file("again")
	common := []string{"-data", data, "-hidden", "12", "-cost", "log-likelihood", "-eta", "0.3", "-lambda", "0.5", "-batch", "7", "-seed", "5", "-init", "large"}
	succeed(t, append(common, "-epochs", "4", "-save", through)...)
	succeed(t, append(common, "-epochs", "2", "-save", half, "-workers", "2")...)
	out := succeed(t, "-data", data, "-load", half, "-epochs", "4", "-save", resumed, "-workers", "1")
	if strings.Count(out, "validation ") != 2 || !strings.Contains(out, "epoch 3/4") || !strings.Contains(out, "epoch 2 as loaded") {
		t.Errorf("epochs 3 and 4 were to be trained:\n%s", out)
	}
	if readFile(t, through) != readFile(t, resumed) {
		t.Error("the resumed run ends with another file")
	}

	// Without -epochs, up to the number saved.
	var s saved
	if err := json.Unmarshal([]byte(readFile(t, half)), &s); err != nil {
		t.Fatal(err)
	}
	s.Settings = bytes.Replace(s.Settings, []byte(`"epochs":2`), []byte(`"epochs":4`), 1)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, half, text)
	succeed(t, "-data", data, "-load", half, "-save", again)
	if readFile(t, through) != readFile(t, again) {
		t.Error("the run resumed without -epochs ends with another file")
	}
}

func TestWithNothingLeftToTrainItTests(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	net, copied := filepath.Join(dir, "net"), filepath.Join(dir, "copy")
	out := succeed(t, "-data", data, "-epochs", "3", "-save", net)
	accuracy := out[strings.LastIndex(out, "test accuracy"):]
	for _, epochs := range []string{"0", "2", "3"} {
		out := succeed(t, "-data", data, "-load", net, "-epochs", epochs, "-save", copied)
		if !strings.Contains(out, "nothing to train") || strings.Contains(out, "cost 0.") || !strings.HasSuffix(out, "\n"+accuracy) {
			t.Errorf("-epochs %s:\n%s\nwant only a test, ending with %s", epochs, out, accuracy)
		}
		best := "best epoch: 3, " + strings.TrimPrefix(accuracy, "test accuracy: ")
		if !strings.HasSuffix(out, best+accuracy) {
			t.Errorf("-epochs %s: want %s in\n%s", epochs, best, out)
		}
	}
	out = succeed(t, "-data", data, "-epochs", "0", "-save", copied)
	if !strings.Contains(out, "nothing to train") || !strings.Contains(out, "best epoch: 0, ") {
		t.Errorf("a new network with -epochs 0:\n%s", out)
	}
	if !strings.Contains(readFile(t, copied), `"epoch":0`) {
		t.Error("a new network with -epochs 0 is not saved")
	}
}

func TestFlagsOverSavedSettings(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	net := filepath.Join(dir, "net")
	succeed(t, "-data", data, "-cost", "quadratic", "-eta", "2", "-lambda", "0.25", "-batch", "5", "-seed", "9", "-epochs", "1", "-save", net)
	for _, test := range []struct {
		args []string
		says string
	}{
		{nil, "cost quadratic, η 2, λ 0.25, mini-batches of 5"},
		{nil, "seed 9"},
		{[]string{"-eta", "1"}, "cost quadratic, η 1, λ 0.25, mini-batches of 5"},
		{[]string{"-lambda", "0"}, "cost quadratic, η 2, λ 0, mini-batches of 5"},
		{[]string{"-batch", "4", "-seed", "3"}, "mini-batches of 4"},
		{[]string{"-cost", "quadratic"}, "cost quadratic, η 2, λ 0.25,"},
		// another cost: η and λ that suit that one
		{[]string{"-cost", "cross-entropy"}, "cost cross-entropy, η 0.25, λ 0.01, mini-batches of 5"},
		{[]string{"-cost", "cross-entropy", "-lambda", "3"}, "cost cross-entropy, η 0.25, λ 3, mini-batches of 5"},
	} {
		out := succeed(t, append(test.args, "-data", data, "-load", net, "-epochs", "2")...)
		if !strings.Contains(out, test.says) {
			t.Errorf("%q: %q is not in\n%s", test.args, test.says, out)
		}
	}
}

func TestOtherDataIsAWarning(t *testing.T) {
	net := filepath.Join(t.TempDir(), "net")
	succeed(t, "-data", tinyMNIST(t, 1), "-epochs", "1", "-save", net)
	status, _, stderr := mnist("-data", tinyMNIST(t, 2), "-load", net, "-epochs", "2")
	if status != 0 || !strings.Contains(stderr, "warning") || !strings.Contains(stderr, "other data") {
		t.Errorf("exit status %d, standard error %q", status, stderr)
	}
}

// network2 returns a network as network2.py saves it.
func network2(cost string, outputs int) []byte {
	zeros := func(rows, cols int) string {
		row := "[" + strings.TrimSuffix(strings.Repeat("0.0, ", cols), ", ") + "]"
		return "[" + strings.TrimSuffix(strings.Repeat(row+", ", rows), ", ") + "]"
	}
	return []byte(fmt.Sprintf(`{"sizes": [784, 2, %d], "weights": [%s, %s], "biases": [%s, %s], "cost": %q}`,
		outputs, zeros(2, 784), zeros(outputs, 2), zeros(2, 1), zeros(outputs, 1), cost))
}

func TestFilesOfNetwork2LoadAsEpoch0(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	for _, test := range []struct{ cost, says string }{
		{"QuadraticCost", "cost quadratic, η 3, λ 0,"},
		{"CrossEntropyCost", "cost cross-entropy, η 0.25, λ 0.01,"},
	} {
		writeFile(t, file, network2(test.cost, 10))
		out := succeed(t, "-data", data, "-load", file, "-epochs", "1")
		if !strings.Contains(out, test.says) || !strings.Contains(out, "epoch 1/1") {
			t.Errorf("%s: want %q and one epoch in\n%s", test.cost, test.says, out)
		}
	}
}

// A countdown is a context that is cancelled when it has been asked so often.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestCtrlCKeepsTheLastWholeEpoch(t *testing.T) {
	data := tinyMNIST(t, 1)
	for _, test := range []struct {
		name  string
		steps int // before Ctrl-C; an epoch has ten
		whole int
	}{
		{"before the first mini-batch", 0, 0},
		{"in the first epoch", 3, 0},
		{"in the third epoch", 25, 2},
		{"between two epochs", 30, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			whole, stopped := filepath.Join(dir, "whole"), filepath.Join(dir, "stopped")
			common := []string{"-data", data, "-hidden", "9"}
			want := succeed(t, append(common, "-epochs", fmt.Sprint(test.whole), "-save", whole)...)
			ctx := &countdown{context.Background(), test.steps}
			status, out, stderr := mnistUntil(ctx, append(common, "-epochs", "5", "-save", stopped)...)
			if status != 130 || !strings.Contains(stderr, fmt.Sprintf("epoch %d is kept", test.whole)) {
				t.Errorf("exit status %d, standard error %q", status, stderr)
			}
			var a, b saved
			for path, s := range map[string]*saved{whole: &a, stopped: &b} {
				if err := json.Unmarshal([]byte(readFile(t, path)), s); err != nil {
					t.Fatal(err)
				}
			}
			a.Settings = bytes.Replace(a.Settings, fmt.Appendf(nil, `"epochs":%d`, test.whole), []byte(`"epochs":5`), 1)
			if fmt.Sprint(a.Saved, a.Epoch, string(a.Settings)) != fmt.Sprint(b.Saved, b.Epoch, string(b.Settings)) {
				t.Errorf("the file does not hold epoch %d", test.whole)
			}
			if i := strings.Index(want, "best epoch"); !strings.HasSuffix(out, want[i:]) {
				t.Errorf("the summary is not that of epoch %d:\n%s\nwant %s", test.whole, out, want[i:])
			}
		})
	}
}

// With so few digits the validation accuracy soon stops rising.
func TestPatienceKeepsTheBestNetwork(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	common := []string{"-data", data, "-hidden", "9", "-eta", "0.5"}
	out := succeed(t, append(common, "-epochs", "100", "-patience", "3", "-save", file("patient"))...)

	// The epoch to keep is the first that none of the three after it beats.
	var best, epoch, keep, n int
	for _, line := range regexp.MustCompile(`(?m)^epoch .*validation +([\d.]+)%`).FindAllStringSubmatch(out, -1) {
		var whole, hundredths int
		if _, err := fmt.Sscanf(line[1], "%d.%d", &whole, &hundredths); err != nil {
			t.Fatal(err)
		}
		n++
		if accuracy := 100*whole + hundredths; accuracy > best {
			best, keep = accuracy, n
		}
		epoch = n
	}
	if epoch != keep+3 || !strings.Contains(out, fmt.Sprintf("epoch %d is kept", keep)) {
		t.Fatalf("stops after epoch %d; the best is %d:\n%s", epoch, keep, out)
	}

	// What is kept is the network of a run that ends there.
	want := succeed(t, append(common, "-epochs", fmt.Sprint(keep), "-save", file("short"))...)
	if want, got := want[strings.LastIndex(want, "test accuracy"):], out[strings.LastIndex(out, "test accuracy"):]; got != want {
		t.Errorf("ends with %s, want %s", got, want)
	}
	var a, b saved
	for name, s := range map[string]*saved{"patient": &a, "short": &b} {
		if err := json.Unmarshal([]byte(readFile(t, file(name))), s); err != nil {
			t.Fatal(err)
		}
	}
	if a.Epoch != keep || fmt.Sprint(a.Saved) != fmt.Sprint(b.Saved) {
		t.Errorf("saved is epoch %d, want %d", a.Epoch, keep)
	}

	// Stopped on the way and loaded again, it ends with the same file.
	ctx := &countdown{context.Background(), 10*(keep+1) + 5}
	if status, _, stderr := mnistUntil(ctx, append(common, "-epochs", "100", "-patience", "3", "-save", file("stopped"))...); status != 130 {
		t.Fatalf("exit status %d, %s", status, stderr)
	}
	succeed(t, "-data", data, "-load", file("stopped"), "-save", file("stopped"))
	if readFile(t, file("patient")) != readFile(t, file("stopped")) {
		t.Error("the resumed run ends with another file")
	}
}

func TestACostThatIsNotFiniteKeepsTheLastGoodSave(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	succeed(t, "-data", data, "-epochs", "1", "-save", file)
	before := readFile(t, file)
	for _, args := range [][]string{
		{"-load", file, "-epochs", "3"}, // in epoch 2
		{"-epochs", "3"},                // in epoch 1, with a file that stood before
	} {
		status, out, stderr := mnist(append(args, "-data", data, "-eta", "1e308", "-lambda", "0", "-save", file)...)
		if status != 1 || !strings.Contains(stderr, "epoch ") || !strings.Contains(stderr, "not finite") || !strings.Contains(stderr, "smaller -eta") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("exit status %d, standard error %q", status, stderr)
		}
		if strings.Contains(out, "test accuracy") {
			t.Errorf("a network that is no good is summed up:\n%s", out)
		}
		if readFile(t, file) != before {
			t.Error("the last good save is lost")
		}
	}
}

func TestBadInput(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	file := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		writeFile(t, path, text)
		return path
	}
	change := func(old, new string) []byte {
		text := bytes.Replace(network2("QuadraticCost", 10), []byte(old), []byte(new), 1)
		return text
	}
	half := tinyMNIST(t, 1)
	if err := os.Remove(filepath.Join(half, "t10k-labels-idx1-ubyte")); err != nil {
		t.Fatal(err)
	}
	var good bytes.Buffer
	net := nndl.New(nndl.SigmoidNeurons, 784, 10)
	net.Output = nndl.SoftmaxLayer
	s, err := net.Saved(nndl.LogLikelihood)
	if err != nil {
		t.Fatal(err)
	}
	json.NewEncoder(&good).Encode(saved{Saved: s})
	softmax := file("softmax", good.Bytes())
	net.Output = nndl.Perceptrons
	s, _ = net.Saved(nndl.Quadratic)
	good.Reset()
	json.NewEncoder(&good).Encode(saved{Saved: s})
	perceptrons := file("perceptrons", good.Bytes())
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), link); err != nil {
		t.Skip(err)
	}
	nan, inf := fmt.Sprint(math.NaN()), fmt.Sprint(math.Inf(1))

	for _, test := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"a folder that is not there", []string{"-data", filepath.Join(dir, "none")}, 1, "missing train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images"},
		{"one file missing", []string{"-data", half}, 1, "missing t10k-labels-idx1-ubyte"},
		{"a saved network that is not there", []string{"-load", filepath.Join(dir, "none")}, 1, "none"},
		{"a saved network that is not JSON", []string{"-load", file("text", []byte("hello"))}, 1, "not JSON"},
		{"an empty file", []string{"-load", file("empty", nil)}, 1, "not JSON"},
		{"half a file", []string{"-load", file("half", network2("QuadraticCost", 10)[:5000])}, 1, "not JSON"},
		{"JSON of something else", []string{"-load", file("list", []byte("[1, 2]"))}, 1, "not a saved network"},
		{"a size that disagrees", []string{"-load", file("sizes", change("784, 2", "784, 3"))}, 1, "sizes[1] is 3"},
		{"NaN", []string{"-load", file("nan", change("0.0", "NaN"))}, 1, "invalid character 'N'"},
		{"Infinity", []string{"-load", file("inf", change("0.0", "-Infinity"))}, 1, "not JSON"},
		{"null", []string{"-load", file("null", change("0.0", "null"))}, 1, "null where a finite number belongs"},
		{"too large a number", []string{"-load", file("huge", change("0.0", "1e400"))}, 1, "1e400 where a finite number belongs"},
		{"9 outputs", []string{"-load", file("nine", network2("QuadraticCost", 9))}, 1, "784 inputs and 9 outputs"},
		{"a cost that network2.py has not", []string{"-load", file("cost", network2("HingeCost", 10))}, 1, "not a saved network"},
		{"an epoch below 0", []string{"-load", file("epoch", change(`"cost"`, `"epoch": -1, "cost"`))}, 1, "epoch -1"},
		{"a saved cost with no meaning", []string{"-load", file("setting", change(`"cost"`, `"settings": {"cost": "hinge"}, "cost"`))}, 1, "-cost hinge"},
		{"-hidden beside -load", []string{"-load", softmax, "-hidden", "30"}, 2, "-hidden and -init are for a new network"},
		{"-init beside -load", []string{"-load", softmax, "-init", "large"}, 2, "-hidden and -init are for a new network"},
		{"a cost that does not fit", []string{"-load", softmax, "-cost", "cross-entropy"}, 2, "does not fit softmax outputs"},
		{"a cost that does not fit, only to test", []string{"-load", softmax, "-cost", "cross-entropy", "-epochs", "0"}, 2, "does not fit softmax outputs"},
		{"saved settings of the wrong type", []string{"-load", file("type", change(`"cost"`, `"settings": {"eta": []}, "cost"`))}, 1, "settings: "},
		{"saved settings that make no sense", []string{"-load", file("sense", change(`"cost"`, `"settings": {"cost": "quadratic", "eta": -1, "batch": 1}, "cost"`))}, 1, "sense: learning rate η = -1"},
		{"saved settings below 0", []string{"-load", file("below", change(`"cost"`, `"settings": {"patience": -1}, "cost"`))}, 1, "-patience -1"},
		{"settings that make no sense, with nothing to train", []string{"-epochs", "0", "-batch", "-1"}, 2, "mini-batches of -1"},
		{"workers below 0, with nothing to train", []string{"-epochs", "0", "-workers", "-1"}, 2, "-workers -1"},
		{"-load of no name", []string{"-load", ""}, 2, "-load without a name"},
		{"-save of no name", []string{"-save", ""}, 2, "-save without a name"},
		{"-load of a folder", []string{"-load", dir}, 1, "is not a file"},
		{"-save to a link to nowhere", []string{"-save", link}, 1, "nowhere"},
		{"perceptrons to train", []string{"-load", perceptrons}, 1, "perceptron neurons cannot learn"},
		{"no size", []string{"-hidden", "0"}, 2, "-hidden 0"},
		{"a negative size", []string{"-hidden", "30,-1"}, 2, `"-1" is not a size`},
		{"a size that is no number", []string{"-hidden", "30,many"}, 2, `"many" is not a size`},
		{"an empty size", []string{"-hidden", "30,"}, 2, `"" is not a size`},
		{"a size beyond all memory", []string{"-hidden", "1000000000"}, 2, "more than"},
		{"sizes beyond all memory", []string{"-hidden", "30000,30000"}, 2, "more than"},
		{"η = 0", []string{"-eta", "0"}, 2, "η = 0"},
		{"η < 0", []string{"-eta", "-1"}, 2, "η = -1"},
		{"η NaN", []string{"-eta", nan}, 2, "η = NaN"},
		{"η infinite", []string{"-eta", inf}, 2, "η = +Inf"},
		{"η no number", []string{"-eta", "fast"}, 2, `invalid value "fast" for flag -eta`},
		{"batch 0", []string{"-batch", "0"}, 2, "mini-batches of 0"},
		{"λ < 0", []string{"-lambda", "-1"}, 2, "λ = -1"},
		{"λ NaN", []string{"-lambda", nan}, 2, "λ = NaN"},
		{"λ infinite", []string{"-lambda", inf}, 2, "λ = +Inf"},
		{"-1 epochs", []string{"-epochs", "-1"}, 2, "-epochs -1"},
		{"-1 workers", []string{"-workers", "-1"}, 2, "-workers -1"},
		{"patience -1", []string{"-patience", "-1"}, 2, "-patience -1"},
		{"show -1", []string{"-show", "-1"}, 2, "-show -1"},
		{"an unknown cost", []string{"-cost", "hinge"}, 2, "-cost hinge"},
		{"an unknown init", []string{"-init", "zero"}, 2, "-init zero"},
		{"an unknown flag", []string{"-layers", "3"}, 2, "-layers"},
		{"a word that is no flag", []string{"train"}, 2, `"train" is not a flag`},
		{"-save into no folder", []string{"-save", filepath.Join(dir, "none", "net")}, 1, "-save: "},
		{"-save onto a folder", []string{"-save", dir}, 1, "is not a file"},
		{"-save onto a device", []string{"-save", os.DevNull}, 1, "is not a file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, out, stderr := mnist(append([]string{"-data", data, "-epochs", "1"}, test.args...)...)
			if status != test.status || !strings.Contains(stderr, test.says) {
				t.Errorf("exit status %d, standard error %q; want %d, %q", status, stderr, test.status, test.says)
			}
			if !strings.HasPrefix(stderr, "mnist: ") || strings.Count(stderr, "\n") != 1 {
				t.Errorf("not one line: %q", stderr)
			}
			if strings.Contains(out, "test accuracy") {
				t.Errorf("goes on all the same:\n%s", out)
			}
		})
	}
}

func TestSavingReplacesAFileAtOnceAndFollowsLinks(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	writeFile(t, target, []byte("old"))
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	succeed(t, "-data", data, "-epochs", "1", "-save", link)
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info.Mode(), err)
	}
	if !strings.HasPrefix(readFile(t, target), `{"sizes":[784,30,10]`) {
		t.Error("the file behind the link is not written")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%d files left behind, %v", len(entries)-2, err)
	}
}

func TestSavingKeepsThePermissions(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	succeed(t, "-data", data, "-epochs", "1", "-save", file)
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	succeed(t, "-data", data, "-epochs", "2", "-save", file)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// An untrained network must not take the place of what somebody trained.
func TestCtrlCInTheFirstEpochKeepsAnOlderFile(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	succeed(t, "-data", data, "-epochs", "2", "-save", file)
	before := readFile(t, file)
	ctx := &countdown{context.Background(), 3}
	if status, _, _ := mnistUntil(ctx, "-data", data, "-epochs", "2", "-save", file); status != 130 || readFile(t, file) != before {
		t.Errorf("exit status %d; is the older file lost? %v", status, readFile(t, file) != before)
	}
}

func TestAFileTestedAndSavedAgainIsTheSame(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	succeed(t, "-data", data, "-epochs", "2", "-save", file)
	before := readFile(t, file)
	succeed(t, "-data", data, "-load", file, "-epochs", "0", "-save", file)
	if readFile(t, file) != before {
		t.Error("the file has changed")
	}
}

// Missing settings are those of the flags.
func TestSettingsThatAFileDoesNotHave(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	text := bytes.Replace(network2("CrossEntropyCost", 10), []byte(`"cost"`), []byte(`"settings": {"cost": "quadratic", "eta": 2}, "cost"`), 1)
	writeFile(t, file, text)
	out := succeed(t, "-data", data, "-load", file, "-epochs", "1")
	if !strings.Contains(out, "cost quadratic, η 2, λ 0, mini-batches of 10, up to epoch 1") || !strings.Contains(out, "seed 1") {
		t.Errorf("settings:\n%s", out)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-data", tinyMNIST(t, 1), "-epochs", "1"}} {
		var stderr bytes.Buffer
		if status := run(context.Background(), args, fullDisk{}, &stderr); status != 1 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%q: exit status %d, %s", args, status, stderr.String())
		}
	}
}

func TestHelpExplainsEveryFlagWithAnExample(t *testing.T) {
	status, out, stderr := mnist("-h")
	if status != 0 || stderr != "" {
		t.Errorf("exit status %d, standard error %q", status, stderr)
	}
	names := []string{"batch", "bits", "cost", "data", "download", "epochs", "eta", "hidden", "init", "lambda", "load", "patience", "save", "seed", "show", "workers"}
	for _, name := range names {
		if !regexp.MustCompile(`(?s)\n  -` + name + `\b.*Example: .*-` + name).MatchString(out) {
			t.Errorf("-%s is not explained with an example", name)
		}
	}
	if n := strings.Count(out, "Example:"); n != strings.Count(out, "\n  -") {
		t.Errorf("%d examples for %d flags", n, strings.Count(out, "\n  -"))
	}
}

func TestDrawnDigitsWhereThereIsNoMNIST(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chdir(dir) })
	if err := os.Chdir(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	out := succeed(t, "-epochs", "0")
	for _, word := range []string{"drawn digits", "-download", "10000 to train, 1000 to validate, 2000 to test"} {
		if !strings.Contains(out, word) {
			t.Errorf("%q is not in\n%s", word, out)
		}
	}

	if err := os.Mkdir("data", 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "data/t10k-labels-idx1-ubyte.gz", nil)
	if status, _, stderr := mnist("-epochs", "0"); status != 1 || !strings.Contains(stderr, "missing train-images-idx3-ubyte") {
		t.Errorf("with one of the four there: exit status %d, %q", status, stderr)
	}
}

func TestDownloadThenTrain(t *testing.T) {
	source, dir := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "new")
	oldFiles, oldMirrors := mnistFiles, mirrors
	t.Cleanup(func() { mnistFiles, mirrors = oldFiles, oldMirrors })
	mnistFiles = nil
	for _, f := range oldFiles {
		content := readFile(t, filepath.Join(source, f.name))
		mnistFiles = append(mnistFiles, mnistFile{f.name, int64(len(content)), fmt.Sprintf("%x", sha256.Sum256([]byte(content)))})
	}
	url, _ := startMirror(t, func(w http.ResponseWriter, r *http.Request) {
		z := gzip.NewWriter(w)
		io.WriteString(z, readFile(t, filepath.Join(source, strings.TrimSuffix(filepath.Base(r.URL.Path), ".gz"))))
		z.Close()
	})
	mirrors = []string{url}
	status, out, stderr := mnist("-download", "-data", dir, "-epochs", "1")
	if status != 0 || !strings.Contains(out, "epoch 1/1") || strings.Count(stderr, "fetched from") != 4 {
		t.Errorf("exit status %d, standard error %q", status, stderr)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if status, _, stderr := mnistUntil(ctx, "-download", "-data", filepath.Join(dir, "other")); status != 130 {
		t.Errorf("after Ctrl-C: exit status %d, %q", status, stderr)
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "other")); len(entries) > 0 || !(err == nil || errors.Is(err, os.ErrNotExist)) {
		t.Errorf("after Ctrl-C %d files are left, %v", len(entries), err)
	}
}
