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
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
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

// writeJSON writes a value as JSON.
func writeJSON(t testing.TB, path string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, text)
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

// epochLine matches the line of an epoch of a run up to epoch 11. Its groups are the digits read correctly in per cent
// of the validation digits, and how many of the 40 test digits.
var epochLine = regexp.MustCompile(`(?m)^epoch (?: \d|1\d)/11  cost \d+\.\d{4}  validation ([ 1]?[ \d]\d\.\d\d)%  ` +
	`test ([ \d]\d)/40 \([ 1]?[ \d]\d\.\d\d%\)  \d+\.\d\d s$`)

// number returns the number in text, which may have blanks around it.
func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// wantSummary returns the last lines that a run of 11 epochs must have, from its lines of epochs. It counts runs in
// which the epoch that is best by the validation digits is another one than that by the test digits.
func wantSummary(t *testing.T, out string, differ *int) string {
	t.Helper()
	epochs := epochLine.FindAllStringSubmatch(out, -1)
	if len(epochs) != 11 {
		t.Fatalf("%d lines of epochs; want 11:\n%s", len(epochs), out)
	}
	best, bestTest := 0, 0
	for i := range epochs {
		if number(t, epochs[i][1]) > number(t, epochs[best][1]) {
			best = i
		}
		if number(t, epochs[i][2]) > number(t, epochs[bestTest][2]) {
			bestTest = i
		}
	}
	if best != bestTest {
		*differ++
	}
	validation := func(i int) string { return share(int(number(t, epochs[i][1])/5+0.5), 20) }
	test := func(i int) string { return share(int(number(t, epochs[i][2])), 40) }
	return fmt.Sprintf("\nbest by the validation digits: epoch %d, %s; test %s\n"+
		"best by the test digits, as the book quotes: epoch %d, %s\ntest accuracy: %s\n",
		best+1, validation(best), test(best), bestTest+1, test(bestTest), test(10))
}

// allocated returns how many bytes f asks for, also those that it soon gives back.
func allocated(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// contains reports whether all of the parts are in text.
func contains(text string, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}

// readSaved returns what a file of -save holds.
func readSaved(t *testing.T, path string) (s saved) {
	t.Helper()
	if err := json.Unmarshal([]byte(readFile(t, path)), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReport looks at the page of a run, of one that only tests, and of one of perceptrons, whose cost is infinite.
func TestReport(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	page, saved := filepath.Join(dir, "run.html"), filepath.Join(dir, "net.json")
	out := succeed(t, "-data", data, "-epochs", "3", "-patience", "1", "-report", page, "-save", saved)
	if bare := succeed(t, "-data", data, "-epochs", "3", "-patience", "1"); withoutTimes(out) != withoutTimes(bare) {
		t.Errorf("with -report it prints\n%s; without\n%s", out, bare)
	}
	look := func(want ...string) {
		t.Helper()
		text := withoutPictures(readFile(t, page))
		if !contains(text, want...) || regexp.MustCompile(`NaN|Inf|%!`).MatchString(text) {
			t.Errorf("the page has not all of %q, or has NaN, Inf or %%!", want)
		}
	}
	look("784-30-10", "patience 1", "test accuracy: ", `id="figure-right-title"`, "% of the training digits, ",
		`id="figure-cost-title"`, " for test digits", `id="figure-confusion-title"`, `id="figure-misread-title"`,
		`id="figure-weights-title"`, "data:image/png")
	succeed(t, "-load", saved, "-epochs", "0", "-data", data, "-report", page)
	look("% of the training digits", "the mean cost is", " for validation digits, ")
	perceptrons := strings.ReplaceAll(readFile(t, saved), "sigmoid", "perceptron")
	perceptrons = strings.Replace(perceptrons, "CrossEntropyCost", "CrossEntropyCost (perceptron, perceptron)", 1)
	writeFile(t, saved, []byte(perceptrons))
	succeed(t, "-load", saved, "-epochs", "0", "-data", data, "-report", page)
	look("% of the test digits", "perceptron outputs")
	if strings.Contains(readFile(t, page), "figure-cost") {
		t.Error("the page shows an infinite cost")
	}
}

func withoutPictures(page string) string {
	return regexp.MustCompile(`;base64,[\w+/=]+`).ReplaceAllString(page, "")
}

func TestReportErrors(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "none", "run.html"), ""} {
		status, stdout, stderr := mnist("-data", data, "-epochs", "1", "-report", path)
		if status == 0 || stdout != "" || !strings.HasPrefix(stderr, "mnist: -report") {
			t.Errorf("%q: exit status %d, %q, %q; want an error before any training", path, status, stdout, stderr)
		}
	}
}

// withoutTimes returns what a run prints without the seconds of its epochs.
func withoutTimes(out string) string {
	return regexp.MustCompile(`  \d+\.\d\d s\n`).ReplaceAllString(out, "\n")
}

func TestALineAnEpochAndThreeAtTheEnd(t *testing.T) {
	data := tinyMNIST(t, 1)
	differ := 0
	for _, extra := range [][]string{nil, {"-bits", "-show", "2"}, {"-seed", "2"}, {"-seed", "3"}, {"-seed", "4"}} {
		out := succeed(t, append([]string{"-data", data, "-epochs", "11", "-eta", "1"}, extra...)...)
		if want := wantSummary(t, out, &differ); !strings.HasSuffix(out, want) {
			t.Errorf("ends otherwise than with\n%s:\n%s", want, out)
		}
		for _, setting := range []string{"100 to train, 20 to validate, 40 to test", "784-30-10", "cost cross-entropy,",
			"η 1", "λ 0.01", "mini-batches of 10", "seed ", "scaled"} {
			if !strings.Contains(out, setting) {
				t.Errorf("%q is not among the settings printed:\n%s", setting, out)
			}
		}
		if strings.Join(extra, " ") == "-bits -show 2" &&
			(strings.Count(out, "read as") != 2 || !strings.Contains(out, "exercise 1.3: on ")) {
			t.Errorf("-show and -bits show nothing:\n%s", out)
		}
	}
	if differ == 0 {
		t.Error("both sets of digits choose the same epoch in every run: they cannot be told apart here")
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
	common := strings.Fields("-hidden 12 -cost log-likelihood -eta 0.3 -lambda 0.5 -batch 7 -seed 5 -init large -data")
	common = append(common, data)
	succeed(t, append(common, "-epochs", "4", "-save", through)...)
	succeed(t, append(common, "-epochs", "2", "-save", half)...)
	out := succeed(t, "-data", data, "-load", half, "-epochs", "4", "-save", resumed)
	if strings.Count(out, "\nepoch ") != 3 || !contains(out, "epoch 3/4", "epoch 4/4", "epoch 2 as loaded") {
		t.Errorf("epochs 3 and 4 were to be trained:\n%s", out)
	}
	if readFile(t, through) != readFile(t, resumed) {
		t.Error("the resumed run ends with another file")
	}

	// Without -epochs, up to the number saved.
	writeFile(t, half, []byte(strings.Replace(readFile(t, half), `"epochs":2`, `"epochs":4`, 1)))
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
		if !strings.Contains(out, "nothing to train") || strings.Contains(out, "cost 0.") {
			t.Errorf("-epochs %s:\n%s\nwant only a test", epochs, out)
		}
		share := strings.TrimPrefix(accuracy, "test accuracy: ")
		best := "; test " + share + "best by the test digits, as the book quotes: epoch 3, " + share + accuracy
		if !contains(out, "\nbest by the validation digits: epoch 3, ") || !strings.HasSuffix(out, best) {
			t.Errorf("-epochs %s: want %s at the end of\n%s", epochs, best, out)
		}
	}
	out = succeed(t, "-data", data, "-epochs", "0", "-save", copied)
	if !strings.Contains(out, "nothing to train") || !strings.Contains(out, "validation digits: epoch 0, ") {
		t.Errorf("a new network with -epochs 0:\n%s", out)
	}
	if !strings.Contains(readFile(t, copied), `"epoch":0`) {
		t.Error("a new network with -epochs 0 is not saved")
	}
}

func TestFlagsOverSavedSettings(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	net := filepath.Join(dir, "net")
	succeed(t, "-data", data, "-cost", "quadratic", "-eta", "2", "-lambda", "0.25", "-batch", "5", "-seed", "9",
		"-epochs", "1", "-save", net)
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

// network2 returns a network as network2.py saves it: all 0, but for a bias that tells its hidden neurons apart.
func network2(cost string, outputs int) string {
	zeros := func(rows, cols int) string {
		row := "[" + strings.TrimSuffix(strings.Repeat("0.0, ", cols), ", ") + "]"
		return "[" + strings.TrimSuffix(strings.Repeat(row+", ", rows), ", ") + "]"
	}
	return fmt.Sprintf(`{"sizes": [784, 2, %d], "weights": [%s, %s], "biases": [[[0.0], [0.5]], %s], "cost": %q}`,
		outputs, zeros(2, 784), zeros(outputs, 2), zeros(outputs, 1), cost)
}

func TestFilesOfNetwork2LoadAsEpoch0(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	for _, test := range []struct{ cost, says string }{
		{"QuadraticCost", "cost quadratic, η 3, λ 0,"},
		{"CrossEntropyCost", "cost cross-entropy, η 0.25, λ 0.01,"},
	} {
		writeFile(t, file, []byte(network2(test.cost, 10)))
		out := succeed(t, "-data", data, "-load", file, "-epochs", "1")
		if !strings.Contains(out, test.says) || !strings.Contains(out, "epoch 1/1") {
			t.Errorf("%s: want %q and one epoch in\n%s", test.cost, test.says, out)
		}
	}
	alike := strings.Replace(goodNetwork, "0.5", "0.0", 1)
	writeFile(t, file, []byte(alike)) // cannot learn, but can be tested
	succeed(t, "-data", data, "-load", file, "-epochs", "0")
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
			old := fmt.Sprintf(`"epochs":%d`, test.whole)
			saved, err := os.ReadFile(stopped)
			if test.whole == 0 && !errors.Is(err, os.ErrNotExist) {
				t.Error("nothing was learnt, and yet there is a file")
			} else if test.whole > 0 && strings.Replace(readFile(t, whole), old, `"epochs":5`, 1) != string(saved) {
				t.Errorf("the file does not hold epoch %d", test.whole)
			}
			if i := strings.Index(want, "best by"); !strings.HasSuffix(out, want[i:]) {
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
	patient := append(common, "-epochs", "100", "-patience", "3", "-save")
	out := succeed(t, append(patient, file("patient"))...)

	// The epoch to keep is the first that none of the three after it beats.
	best, epoch, keep := -1.0, 0, 0
	for _, line := range regexp.MustCompile(`(?m)^epoch .*validation +([\d.]+)%`).FindAllStringSubmatch(out, -1) {
		epoch++
		if accuracy := number(t, line[1]); accuracy > best {
			best, keep = accuracy, epoch
		}
	}
	if epoch != keep+3 || !strings.Contains(out, fmt.Sprintf("epoch %d is kept", keep)) {
		t.Fatalf("stops after epoch %d; the best is %d:\n%s", epoch, keep, out)
	}

	// What is kept is the network of a run that ends there.
	want := succeed(t, append(common, "-epochs", fmt.Sprint(keep), "-save", file("short"))...)
	if want = want[strings.LastIndex(want, "test accuracy"):]; !strings.HasSuffix(out, "\n"+want) {
		t.Errorf("ends otherwise than with %s:\n%s", want, out)
	}
	if !strings.Contains(out, fmt.Sprintf("\nbest by the validation digits: epoch %d, ", keep)) {
		t.Errorf("the best epoch is not the one kept, %d:\n%s", keep, out)
	}
	a, b := readSaved(t, file("patient")), readSaved(t, file("short"))
	if a.Epoch != keep || !reflect.DeepEqual(a.Saved, b.Saved) {
		t.Errorf("saved is epoch %d, want %d", a.Epoch, keep)
	}

	// Stopped on the way and loaded again, it ends with the same file.
	ctx := &countdown{context.Background(), 10*(keep+1) + 5}
	if status, _, stderr := mnistUntil(ctx, append(patient, file("stopped"))...); status != 130 {
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
		lines := strings.Count(stderr, "\n")
		if status != 1 || lines != 1 || !contains(stderr, "mnist: epoch ", "not finite", "smaller -eta") {
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
	status, _, _ := mnistUntil(ctx, "-data", data, "-epochs", "2", "-save", file)
	if lost := readFile(t, file) != before; status != 130 || lost {
		t.Errorf("exit status %d; is the older file lost? %v", status, lost)
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
	for _, test := range []struct{ cost, settings, says string }{
		{"CrossEntropyCost", `{"cost": "quadratic", "eta": 2}`, "cost quadratic, η 2, λ 0, mini-batches of 10"},
		{"QuadraticCost", `{"batch": 5}`, "cost quadratic, η 3, λ 0, mini-batches of 5"},
		{"QuadraticCost", `{}`, "cost quadratic, η 3, λ 0, mini-batches of 10"},
		{"CrossEntropyCost", `null`, "cost cross-entropy, η 0.25, λ 0.01, mini-batches of 10"},
	} {
		settings := `"settings": ` + test.settings + `, "cost"`
		writeFile(t, file, []byte(strings.Replace(network2(test.cost, 10), `"cost"`, settings, 1)))
		out := succeed(t, "-data", data, "-load", file, "-epochs", "1")
		if !contains(out, test.says+", up to epoch 1", "seed 1") {
			t.Errorf("settings %s: want %q in\n%s", test.settings, test.says, out)
		}
	}
}

// Files of older versions of this command must load for ever, also with settings that it has no more.
func TestFilesOfOlderVersions(t *testing.T) {
	data, file := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "net")
	trainedOn := fingerprint(nndl.DrawDigits(100, 1))
	for _, test := range []struct{ cost, output, inFile string }{
		{"quadratic", "sigmoid", "QuadraticCost"},
		{"quadratic", "softmax", "QuadraticCost (sigmoid, softmax)"},
		{"cross-entropy", "sigmoid", "CrossEntropyCost"},
		{"log-likelihood", "softmax", "LogLikelihoodCost (sigmoid, softmax)"},
	} {
		for _, extra := range []string{``, `,"patience":2`, `,"workers":4`, `,"workers":0,"other":{"of":[1,null]}`} {
			rest := fmt.Sprintf(`,"hidden":"sigmoid","output":%q,"epoch":3,"settings":{"cost":%q,"epochs":4,"batch":5,`+
				`"eta":0.5,"lambda":0.25,"init":"large","seed":9,"data":%q%s}}`,
				test.output, test.cost, trainedOn, extra)
			text := strings.TrimSuffix(network2(test.inFile, 10), "}") + rest
			writeFile(t, file, []byte(text))
			out := succeed(t, "-data", data, "-load", file)
			if !contains(out, "epoch 3 as loaded", "epoch 4/4", test.output+" outputs, large weights, seed 9",
				"cost "+test.cost+", η 0.5, λ 0.25, mini-batches of 5, up to epoch 4") {
				t.Errorf("%s:\n%s", rest, out)
			}
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// It also ends the run: nobody would see the other epochs.
func TestOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-data", tinyMNIST(t, 1), "-epochs", "1000000"}} {
		var stderr bytes.Buffer
		status := run(context.Background(), args, fullDisk{}, &stderr)
		if status != 1 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%q: exit status %d, %s", args, status, stderr.String())
		}
	}
}

func TestHelpExplainsEveryFlagWithAnExample(t *testing.T) {
	status, out, stderr := mnist("-h")
	if status != 0 || stderr != "" {
		t.Errorf("exit status %d, standard error %q", status, stderr)
	}
	names := strings.Fields("batch bits cost data download epochs eta hidden init lambda load patience report save " +
		"seed show")
	if n := strings.Count(out, "\n  -"); n != len(names) {
		t.Errorf("%d flags; want %d", n, len(names))
	}
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
	status, _, stderr := mnist("-epochs", "0")
	if status != 1 || !strings.Contains(stderr, "missing train-images-idx3-ubyte") {
		t.Errorf("with one of the four there: exit status %d, %q", status, stderr)
	}
}

// useFiles makes download look for the four files in the folder source, until the test ends.
func useFiles(t *testing.T, source string) {
	t.Helper()
	oldFiles, oldMirrors := mnistFiles, mirrors
	t.Cleanup(func() { mnistFiles, mirrors = oldFiles, oldMirrors })
	mnistFiles = nil
	for _, f := range oldFiles {
		content := readFile(t, filepath.Join(source, f.name))
		digest := fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
		mnistFiles = append(mnistFiles, mnistFile{f.name, int64(len(content)), digest})
	}
}

// Each name under which ReadMNIST finds a file is known to -download, and to the command where it looks for MNIST in
// the usual folder. -download refuses a wrong file of any such name.
func TestFilesUnderAnyOfTheirNames(t *testing.T) {
	source := tinyMNIST(t, 1)
	useFiles(t, source)
	mirrors = nil
	for _, form := range []string{"DASH", "DASH.gz", "DOT", "DOT.gz", "DASH/DASH", "DASH/DOT", "DOT/DOT"} {
		t.Run(form, func(t *testing.T) {
			dir, path := t.TempDir(), ""
			for _, f := range mnistFiles {
				dotted := strings.Replace(f.name, "-idx", ".idx", 1)
				path = filepath.Join(dir, strings.NewReplacer("DASH", f.name, "DOT", dotted).Replace(form))
				content := []byte(readFile(t, filepath.Join(source, f.name)))
				if strings.HasSuffix(path, ".gz") {
					content = compressed(string(content))
				}
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				writeFile(t, path, content)
			}
			status, out, stderr := mnist("-download", "-data", dir, "-epochs", "0")
			there := strings.Count(stderr, "is there already\n")
			if status != 0 || there != 4 || !strings.Contains(out, "100 to train") {
				t.Errorf("exit status %d, output\n%s\nstandard error\n%s", status, out, stderr)
			}
			if there, err := anyOfMNIST(dir); !there || err != nil {
				t.Errorf("any of MNIST there: %v, %v", there, err)
			}
			writeFile(t, path, compressed("other"))
			status, _, stderr = mnist("-download", "-data", dir)
			if status != 1 || !strings.Contains(stderr, "mnist: "+path+": content has SHA-256") {
				t.Errorf("a wrong file: exit status %d, %s", status, stderr)
			}
		})
	}
}

func TestDownloadThenTrain(t *testing.T) {
	source, dir := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "new")
	useFiles(t, source)
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
	entries, err := os.ReadDir(filepath.Join(dir, "other"))
	if len(entries) > 0 || !(err == nil || errors.Is(err, os.ErrNotExist)) {
		t.Errorf("after Ctrl-C %d files are left, %v", len(entries), err)
	}
}

// A run that reads little says why, in five lines behind its summary and on its page, and ends as any other. A run that
// is healthy or young says nothing.
func TestARunThatReadsLittleSaysWhy(t *testing.T) {
	data, page := tinyMNIST(t, 1), filepath.Join(t.TempDir(), "run.html")
	for _, row := range []struct{ args, why string }{
		{"-epochs 10 -eta 100", "η = 100 is too large"},
		{"-epochs 10 -eta 30 -hidden 60,30 -cost quadratic -init large", "η = 30 is too large"},
		{"-epochs 5 -eta 10 -batch 1 -patience 1", "η = 10 is too large"},
		{"-epochs 10 -eta 1e-9", "η = 1e-09 is too small"},
		{"-epochs 10 -hidden 30,30,30,30,30,30", "it has too many layers"},
		{"-epochs 20 -lambda 10", "λ = 10 pulls everything to 0"},
		{"-epochs 10 -hidden= -cost quadratic -init large", "its weights were too large from the start"},
		{"-epochs 10", ""},
		{"-epochs 1", ""},
		{"-epochs 0", ""},
		{"-epochs 10 -cost quadratic", ""},
		{"-epochs 10 -cost log-likelihood", ""},
		{"-epochs 10 -hidden=", ""},
	} {
		out := succeed(t, append(strings.Fields(row.args), "-data", data, "-report", page)...)
		_, said, _ := strings.Cut(out, "\ntest accuracy: ")
		_, why, _ := strings.Cut(said, "\n")
		five := strings.Count(why, "\n") == 6 && strings.HasPrefix(why, "\nit reads little because "+row.why)
		if (row.why == "") != (why == "") || row.why != "" && !five {
			t.Errorf("%s: it says %s\nwant five lines, first %s", row.args, why, row.why)
		}
		text := withoutPictures(readFile(t, page))
		if !contains(text, row.why, "<td>layer 1<td>") || regexp.MustCompile(`NaN|Inf|%!`).MatchString(text) {
			t.Errorf("%s: the page has no table of the layers, not %q, or NaN, Inf or %%!", row.args, row.why)
		}
		if strings.Contains(text, `id="figure-delta-title"`) == strings.Contains(row.args+" ", "-hidden= ") {
			t.Errorf("%s: a figure of δ by layer is for two layers or more", row.args)
		}
	}
	ctx := &countdown{context.Background(), 125}
	status, out, _ := mnistUntil(ctx, "-data", data, "-eta", "100", "-epochs", "30")
	if status != 130 || !strings.Contains(out, "\nit reads little because η = 100 is too large") {
		t.Errorf("after Ctrl-C in epoch 13: exit status %d\n%s", status, out)
	}
}
