package nndl

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// idx returns an IDX file of bytes with the given dimensions.
func idx(data []byte, dimensions ...uint32) []byte {
	file := []byte{0, 0, 8, byte(len(dimensions))}
	for _, n := range dimensions {
		file = binary.BigEndian.AppendUint32(file, n)
	}
	return append(file, data...)
}

func gzipped(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tiny returns the four files of an MNIST of 12 training and 2 test digits.
func tiny() map[string][]byte {
	pixels := make([]byte, 14*784)
	for i := range pixels {
		pixels[i] = byte(i*i/784 + i)
	}
	labels := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3}
	return map[string][]byte{
		"train-images-idx3-ubyte": idx(pixels[:12*784], 12, 28, 28),
		"train-labels-idx1-ubyte": idx(labels[:12], 12),
		"t10k-images-idx3-ubyte":  idx(pixels[12*784:], 2, 28, 28),
		"t10k-labels-idx1-ubyte":  idx(labels[12:], 2),
	}
}

func write(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadMNISTPlainAndCompressed(t *testing.T) {
	plain := tiny()
	compressed, mixed := map[string][]byte{}, map[string][]byte{}
	dotted, dottedAndCompressed := map[string][]byte{}, map[string][]byte{} // as archives and other programs name them
	folders, folders7z, foldersDotted := map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	emptyFolders := map[string][]byte{} // but for a note
	for name, data := range plain {
		dot := strings.Replace(name, "-idx", ".idx", 1)
		compressed[name+".gz"] = gzipped(t, data)
		mixed[name] = gzipped(t, data) // told by its content, not by its name
		dotted[dot] = data
		dottedAndCompressed[dot+".gz"] = gzipped(t, data)
		folders[name+"/"+name] = data
		folders7z[name+"/"+dot] = data
		foldersDotted[dot+"/"+dot] = data
		emptyFolders[name+"/note"], emptyFolders[dot] = nil, data
	}
	for _, files := range []map[string][]byte{plain, compressed, mixed, dotted, dottedAndCompressed, folders, folders7z,
		foldersDotted, emptyFolders} {
		train, validation, test, err := ReadMNIST(write(t, files))
		if err != nil {
			t.Fatal(err)
		}
		if train.Len() != 10 || validation.Len() != 2 || test.Len() != 2 {
			t.Fatalf("%d, %d, %d digits; want 10, 2, 2", train.Len(), validation.Len(), test.Len())
		}
		images, labels := plain["train-images-idx3-ubyte"][16:], plain["train-labels-idx1-ubyte"][8:]
		sameDigits(t, "training", train, images[:10*784], labels[:10])
		sameDigits(t, "validation", validation, images[10*784:], labels[10:])
		sameDigits(t, "test", test, plain["t10k-images-idx3-ubyte"][16:], []byte{2, 3})
	}
}

// sameDigits compares digits, each by itself, with the pixels and labels that they must have.
func sameDigits(t *testing.T, name string, digits Digits, pixels, labels []byte) {
	t.Helper()
	for i, label := range labels {
		if !bytes.Equal(digits.Image(i), pixels[i*784:(i+1)*784]) || digits.Labels[i] != label {
			t.Errorf("%s digit %d is not what the file has", name, i)
		}
	}
}

func TestAnExampleIsPixelsFrom0To1AndAOneHotLabel(t *testing.T) {
	d := Digits{make([]byte, 2*784), []byte{3, 9}}
	for p := range 256 {
		d.Pixels[784+p] = byte(p)
	}
	x, y := make([]float64, 784), make([]float64, 10)
	d.Example(1, x, y)
	for k := range x {
		want := 0.0
		if k < 256 {
			want = float64(k) / 255
		}
		if x[k] != want {
			t.Errorf("x[%d] = %v; want %v", k, x[k], want)
		}
	}
	if !slices.Equal(y, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}) {
		t.Errorf("y = %v", y)
	}
	if s := d.Slice(1, 2); s.Len() != 1 || s.Labels[0] != 9 || s.Image(0)[255] != 255 {
		t.Errorf("Slice(1, 2) is %d digits, the first a %d", s.Len(), s.Labels[0])
	}
	first := d.Slice(0, 1)
	_ = append(first.Labels, 7)
	_ = append(first.Pixels, 7)
	if d.Labels[1] != 9 || d.Pixels[784] != 0 {
		t.Error("what is appended to a slice overwrites the digits behind it")
	}
}

func TestTrainingOnDigitsNeedsTheirShape(t *testing.T) {
	for _, sizes := range [][]int{{783, 10}, {785, 10}, {784, 9}, {784, 11}} {
		sgd := SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 1}
		message := mustPanic(t, func() { sgd.Step(New(SigmoidNeurons, sizes...), DrawDigits(1, 1), []int{0}) })
		if !strings.Contains(fmt.Sprint(message), "it has 784 and 10") {
			t.Errorf("layers %v: panics with %v", sizes, message)
		}
	}
}

// A damage puts other data in the place of one of the files of tiny, and knows what the error must say.
type damage struct {
	name string
	file string
	data []byte // nil: no such file; "folder": a folder
	says string
}

const trainImages, trainLabels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"

// cut returns b without its last n bytes.
func cut(b []byte, n int) []byte { return b[:len(b)-n] }

// wrongFiles are missing, or hold something else than digits.
func wrongFiles(t *testing.T) []damage {
	good := tiny()
	return []damage{
		{"a file is missing", trainImages, nil, "missing " + trainImages},
		{"the test labels are missing", "t10k-labels-idx1-ubyte", nil, "missing t10k-labels-idx1-ubyte"},
		{"a folder in its place", trainImages, []byte("folder"), trainImages + " is no regular file"},
		{"a page", trainImages, []byte("<html>not found</html>"),
			"neither IDX nor gzip of IDX with 3 dimensions of bytes: it begins with 3c 68 74 6d (a web page)"},
		{"a page in capitals", trainLabels, []byte("<HTML>"), "begins with 3c 48 54 4d (a web page)"},
		{"a page with its type", trainImages, []byte("<!DOCTYPE html>"), "begins with 3c 21 44 4f (a web page)"},
		{"a page of XML, compressed", trainImages, gzipped(t, []byte("<?xml ?>")), "3c 3f 78 6d (a web page)"},
		{"compressed twice", trainImages, gzipped(t, gzipped(t, good[trainImages])),
			"begins with 1f 8b 08 00 (compressed twice), expected 00 00 08 03"},
		{"four bytes of something else", trainImages, []byte("hell"), "begins with 68 65 6c 6c, expected"},
		{"a few bytes of something else", trainImages, []byte("hello"), "begins with 68 65 6c 6c"},
		{"the magic of labels", trainImages, good[trainLabels], "expected 00 00 08 03"},
		{"the magic of images", trainLabels, good[trainImages], "with 1 dimensions of bytes: it begins with " +
			"00 00 08 03, expected 00 00 08 01"},
		{"floats instead of bytes", trainLabels, append([]byte{0, 0, 13}, good[trainLabels][3:]...),
			"begins with 00 00 0d 01"},
	}
}

// cutFiles end too early or too late, or were damaged after they were compressed.
func cutFiles(t *testing.T) []damage {
	good, testImages := tiny(), "t10k-images-idx3-ubyte"
	broken := gzipped(t, good[trainImages])
	broken[len(broken)-6] ^= 1 // in the checksum
	return []damage{
		{"an empty file", trainImages, []byte{}, "after 0 of 16 bytes"},
		{"cut in the header", trainImages, good[trainImages][:10], "after 10 of 16 bytes"},
		{"cut in the pixels", trainImages, cut(good[trainImages], 1), "after 9423 of 9424 bytes"},
		{"the test pixels are cut", testImages, cut(good[testImages], 1), "after 1583 of 1584 bytes"},
		{"cut after the header", trainLabels, good[trainLabels][:8], "after 8 of 20 bytes"},
		{"bytes left over", trainImages, append(slices.Clone(good[trainImages]), 0), "bytes left over after the 9424"},
		{"a label left over", trainLabels, append(slices.Clone(good[trainLabels]), 0), "bytes left over after the 20"},
		{"compressed and cut", trainImages, cut(gzipped(t, good[trainImages]), 100), "ends early"},
		{"compressed, cut in the checksum", trainImages, cut(gzipped(t, good[trainImages]), 3), "unexpected EOF"},
		{"compressed, with a wrong checksum", trainImages, broken, "damaged at its end: gzip: invalid checksum"},
		{"a broken gzip header", trainImages, []byte("\x1f\x8b\x09\x00\x00\x00\x00\x00\x00\x00"),
			"gzip: invalid header"},
	}
}

// wrongNumbers are files in the right format that cannot be those of MNIST.
func wrongNumbers() []damage {
	return []damage{
		{"27 rows", trainImages, idx(make([]byte, 12*27*28), 12, 27, 28), "dimension 1 is 27; expected 28"},
		{"29 columns", trainImages, idx(make([]byte, 12*28*29), 12, 28, 29), "dimension 2 is 29; expected 28"},
		{"no digits", trainImages, idx(nil, 0, 28, 28), "claims to hold 0 digits"},
		{"four billion digits", trainImages, idx(nil, 1<<32-1, 28, 28),
			"claims to hold 4294967295 digits; expected 1 to 1000000"},
		{"a million and one digits", trainLabels, idx(nil, 1_000_001), "claims to hold 1000001 digits"},
		{"a million digits, which may be", trainLabels, idx(nil, 1_000_000), "after 8 of 1000008 bytes"},
		{"a label of 10", trainLabels, idx([]byte{0, 1, 2, 3, 4, 5, 6, 10, 8, 9, 0, 1}, 12),
			"label 7 of " + trainLabels + " is 10"},
		{"more images than labels", trainLabels, idx(make([]byte, 11), 11),
			"12 images in " + trainImages + " but 11 labels"},
		{"more labels than images", trainLabels, idx(make([]byte, 13), 13), "but 13 labels in " + trainLabels},
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	for _, test := range slices.Concat(wrongFiles(t), cutFiles(t), wrongNumbers()) {
		t.Run(test.name, func(t *testing.T) { readingIsRefused(t, test) })
	}
}

// readingIsRefused: the error must name the folder too, and be fs.ErrNotExist if the file is missing, and only then.
func readingIsRefused(t *testing.T, test damage) {
	files := tiny()
	if files[test.file] = test.data; test.data == nil {
		delete(files, test.file)
	}
	dir := write(t, files)
	if string(test.data) == "folder" {
		path := filepath.Join(dir, test.file)
		if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	_, _, _, err := ReadMNIST(dir)
	if !says(err, test.says) || !says(err, dir) {
		t.Errorf("error %v; want %q and the folder in it", err, test.says)
	}
	if missing := errors.Is(err, fs.ErrNotExist); missing != (test.data == nil) {
		t.Errorf("errors.Is(%v, fs.ErrNotExist) = %v", err, missing)
	}
}

func TestAFolderThatIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := ReadMNIST(file); errors.Is(err, fs.ErrNotExist) || !says(err, "a directory") {
		t.Errorf("error %v", err)
	}
}

func TestASixthIsForValidation(t *testing.T) {
	for _, test := range []struct {
		n          uint32
		validation int // 0: too few to split
	}{{1, 0}, {5, 0}, {6, 1}, {29, 4}, {30, 5}} {
		files := tiny()
		files["train-images-idx3-ubyte"] = idx(make([]byte, test.n*784), test.n, 28, 28)
		files["train-labels-idx1-ubyte"] = idx(make([]byte, test.n), test.n)
		files["t10k-images-idx3-ubyte"] = idx(make([]byte, 784), 1, 28, 28)
		files["t10k-labels-idx1-ubyte"] = idx(make([]byte, 1), 1)
		train, validation, _, err := ReadMNIST(write(t, files))
		switch {
		case test.validation == 0:
			if !says(err, "6 or more") {
				t.Errorf("%d digits: error %v", test.n, err)
			}
		case err != nil || validation.Len() != test.validation || train.Len() != int(test.n)-test.validation:
			t.Errorf("%d digits: %d and %d, error %v", test.n, train.Len(), validation.Len(), err)
		}
	}
}

// The same seed gives the same digits, weights and order with every version of this package, for the figures of
// README.md rest on them.
func TestASeedGivesTheSameAsEver(t *testing.T) {
	t.Run("drawn digits", drawnAsEver)
	net := New(SigmoidNeurons, 2, 1)
	net.InitLarge(1)
	weights := []float64{-1.7688167618228352, 0.11164669191212506, -0.7380120581537147}
	if got := append(net.Weights[1][0], net.Biases[1][0]); !slices.Equal(got, weights) {
		t.Errorf("weights and bias %v; want %v", got, weights)
	}
	if got, want := (&SGD{Seed: 1}).Order(8, 2), []int{2, 1, 5, 7, 3, 6, 4, 0}; !slices.Equal(got, want) {
		t.Errorf("order %v; want %v", got, want)
	}
}

// drawnAsEver knows the drawn digits by a mixture of their pixels, for each label, that any other stroke would change.
func drawnAsEver(t *testing.T) {
	const n = 2000
	d := DrawDigits(n, 1)
	shorter := DrawDigits(7, 1)
	if !bytes.Equal(shorter.Pixels, d.Pixels[:7*784]) || !bytes.Equal(shorter.Labels, d.Labels[:7]) {
		t.Error("a longer set does not begin with the shorter one")
	}
	want := [10][2]float64{
		{141145.9165, 132930.7030},
		{82138.7895, 76481.7310},
		{131552.9045, 112963.9660},
		{125932.3300, 115295.3910},
		{115556.3475, 107228.7990},
		{113062.3180, 105695.0910},
		{128371.2705, 111294.9585},
		{103917.5515, 94767.7025},
		{157562.6840, 146159.1510},
		{121206.6055, 115456.3850},
	}
	for label := range 10 {
		var got [2]float64
		for i := label; i < n; i += 10 {
			if int(d.Labels[i]) != label {
				t.Fatalf("digit %d is a %d", i, d.Labels[i])
			}
			for k, p := range d.Image(i) {
				got[0] += float64(p) * float64(k*7919%101) / n
				got[1] += float64(p) * float64(k*k%103) / n
			}
		}
		for i := range got {
			if relative(got[i], want[label][i]) > 1e-6 {
				t.Errorf("drawn digits %d: mixture %.4f; want %.4f", label, got, want[label])
			}
		}
	}
}

// seven is a 7 with its bar, on a sheet of 100×100.
var seven = [][]Point{{{10, 15}, {5, 5}, {60, 10}, {25, 95}}, {{20, 50}, {65, 45}}}

// rewritten returns the strokes with every point at its place in another sheet.
func rewritten(strokes [][]Point, place func(Point) []Point) (other [][]Point) {
	for _, stroke := range strokes {
		var line []Point
		for _, p := range stroke {
			line = append(line, place(p)...)
		}
		other = append(other, line)
	}
	return other
}

// measure returns how far the ink reaches, counting pixels that are at least half black, and its centre of mass.
func measure(paper []byte) (width, height int, x, y float64) {
	left, right, top, bottom, mass := Side, 0, Side, 0, 0.0
	for k, p := range paper {
		if p >= 128 {
			left, right = min(left, k%Side), max(right, k%Side)
			top, bottom = min(top, k/Side), max(bottom, k/Side)
		}
		mass += float64(p)
		x += float64(p) * float64(k%Side)
		y += float64(p) * float64(k/Side)
	}
	return right - left + 1, bottom - top + 1, x / mass, y / mass
}

func TestInkFillsTwentyPixelsAroundTheCentre(t *testing.T) {
	arc := []Point{} // with most of its points at one end
	for a := 0.0; a < 4; a += 0.02 + a/10 {
		arc = append(arc, Point{math.Cos(a), math.Sin(a)})
	}
	for _, test := range []struct {
		claim         string
		strokes       [][]Point
		width, height int // ±1
	}{
		{"a 7 is 20 high", seven, 14, 20},
		{"a dash is 20 wide and as high as the pen", [][]Point{{{3, 7}, {9, 7}}}, 20, 2},
		{"a 1 is 20 high and as wide as the pen", [][]Point{{{3, 7}, {3, 1}}}, 2, 20},
		{"a slanted stroke is 20 both ways", [][]Point{{{0, 9}, {5, 4}, {9, 0}}}, 20, 20},
		{"an arc lies in the middle, however its points are spread", [][]Point{arc}, 20, 15},
		{"a tap is as large as the pen", [][]Point{{{5, 5}}}, 2, 2},
		{"two taps are 20 apart, from edge to edge", [][]Point{{{5, 5}}, {{5, 6}}}, 2, 20},
	} {
		width, height, x, y := measure(Ink(test.strokes))
		t.Logf("%-60s %2d×%2d pixels around (%.2f, %.2f)", test.claim, width, height, x, y)
		if abs := func(n int) int { return max(n, -n) }; abs(width-test.width) > 1 || abs(height-test.height) > 1 {
			t.Errorf("%s: %d×%d pixels; want %d×%d, ±1", test.claim, width, height, test.width, test.height)
		}
		if math.Hypot(x-14, y-14) > 0.5 {
			t.Errorf("%s: centre of mass (%.2f, %.2f); want (14, 14), within 0.5", test.claim, x, y)
		}
	}
}

// A bar with a long line out of it: the bar has most of the ink, so that the line ends beyond the paper.
func TestInkBeyondThePaperIsCutOff(t *testing.T) {
	for _, to := range []Point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		at := func(along, across float64) Point {
			return Point{to.X*along - to.Y*across, to.Y*along + to.X*across}
		}
		strokes := [][]Point{{at(0, 0), at(20, 0)}}
		for along := 0.0; along <= 4; along++ {
			strokes = append(strokes, []Point{at(along, -10), at(along, 10)})
		}
		pixels := Ink(strokes)
		if edge := pixels[Side*(14+int(13*to.Y))+14+int(13*to.X)]; edge < 128 {
			t.Errorf("towards %v: the pixel at the edge has the grey %d", to, edge)
		}
		for i, ink := range pixels {
			if x, y := float64(i%Side-14), float64(i/Side-14); ink > 0 && x*to.X+y*to.Y < -8 {
				t.Errorf("towards %v: ink on the other side of the bar, %v across and %v down from it", to, x, y)
			}
		}
	}
}

// Ink over ink is no more ink: who goes over a line again and again has the digit 1.5 pixels off the centre, no more.
func TestLinesGoneOverMoveTheDigitALittle(t *testing.T) {
	foot := []Point{{300, 850}, {720, 850}}
	two := []Point{{280, 300}, {400, 200}, {600, 200}, {700, 300}, {650, 450}, foot[0], foot[1]}
	for n := range 5 {
		two = append(two, foot...)
		width, height, x, y := measure(Ink([][]Point{two}))
		if off := math.Hypot(x-14, y-14); off > 1.6 || n > 0 && off < 1.4 || max(width, height) < 20 {
			t.Errorf("the foot of a 2 gone over %d times: %d×%d pixels, centre of mass (%.2f, %.2f)", n+1, width, height,
				x, y)
		}
	}
}

func TestInkIsTheSame(t *testing.T) {
	at := func(unit, x, y float64) [][]Point {
		return rewritten(seven, func(p Point) []Point { return []Point{{unit*p.X + x, unit*p.Y + y}} })
	}
	inf, nan := math.Inf(1), math.NaN()
	for _, test := range []struct {
		claim      string
		this, that [][]Point
	}{
		{"in another unit", at(0.001, 0, 0), seven},
		{"elsewhere on the sheet", at(1, -300, 1e6), seven},
		{"as large as 1e300", at(1e298, -5e299, 0), seven},
		{"as small as 1e-250", at(1e-250, 0, 0), seven},
		{"with every point twice", rewritten(seven, func(p Point) []Point { return []Point{p, p} }), seven},
		{"with strokes of no points", [][]Point{{}, seven[0], nil, seven[1], {}}, seven},
		{"in the other order", [][]Point{seven[1], seven[0]}, seven},
		{"with points at infinity", append([][]Point{{{inf, 0}}, {{5, -inf}, {inf, nan}}}, seven...), seven},
		{"with NaN on the way", rewritten(seven, func(p Point) []Point {
			return []Point{{nan, p.Y}, p, {p.X, nan}}
		}), seven},
		{"with points too far away", append([][]Point{{{0, 1.1e300}, {-math.MaxFloat64, 0}}}, seven...), seven},
		{"a tap, anywhere", [][]Point{{{-1e300, 1e300}}}, [][]Point{{{0, 0}}}},
		{"a long tap", [][]Point{{{3, 7}, {3, 7}, {3, 7}}}, [][]Point{{{0, 0}}}},
		{"many taps", [][]Point{{{3, 7}}, {{3, 7}}}, [][]Point{{{0, 0}}}},
		{"nothing, in strokes of no points", [][]Point{{}, nil}, nil},
		{"nothing, at infinity", [][]Point{{{inf, inf}, {nan, 3}}}, nil},
	} {
		this, that := Ink(test.this), Ink(test.that)
		for k := range that {
			if d := int(this[k]) - int(that[k]); d*d > 1 { // a rounding may turn 7 into 6
				t.Errorf("%s: pixel %d is %d, not %d", test.claim, k, this[k], that[k])
				break
			}
		}
	}
	if blank := Ink(nil); !bytes.Equal(blank, make([]byte, Side*Side)) {
		t.Errorf("with no strokes the sheet is %v", blank)
	}
}

// Two points anywhere, in one stroke or in two, leave ink on the sheet unless both are too far away.
func TestInkIsThereForAnyNumbers(t *testing.T) {
	numbers := []float64{0, 1, -1e-9, 1e-300, 5e-324, 1e154, 1e300, -1e300, math.MaxFloat64, math.Inf(-1), math.NaN()}
	for i := range len(numbers) * len(numbers) * len(numbers) * len(numbers) {
		var c [4]float64
		for k := range c {
			c[k] = numbers[i%len(numbers)]
			i /= len(numbers)
		}
		p, q := Point{c[0], c[1]}, Point{c[2], c[3]}
		near := func(p Point) bool { return max(math.Abs(p.X), math.Abs(p.Y)) <= 1e300 }
		for _, strokes := range [][][]Point{{{p, q}}, {{p}, {q}}} {
			if dark := slices.Max(Ink(strokes)); (dark >= 128) != (near(p) || near(q)) {
				t.Errorf("strokes %v: the darkest pixel is %d", strokes, dark)
			}
		}
	}
}

// FuzzIDX looks for bytes that make the reader panic or take what it should refuse, as images or as labels. Plain and
// compressed, a file must be read alike.
func FuzzIDX(f *testing.F) {
	for _, file := range tiny() {
		f.Add(file)
		f.Add(gzipped(f, file))
	}
	f.Add(idx(make([]byte, 784), 1, 28, 28))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, shape := range [][]int{{}, {Side, Side}} {
			things, err := decodeIDX(bytes.NewReader(file), shape...)
			if bytes.HasPrefix(file, []byte("\x1f\x8b")) {
				continue
			}
			dimensions := []uint32{uint32(len(things))}
			if len(shape) > 0 {
				dimensions = []uint32{uint32(len(things) / (Side * Side)), Side, Side}
			}
			if err == nil && !bytes.Equal(file, idx(things, dimensions...)) {
				t.Errorf("% x read as % x of shape %v", file, things, shape)
			}
			unpacked, gzErr := decodeIDX(bytes.NewReader(gzipped(t, file)), shape...)
			if (err == nil) != (gzErr == nil) || err == nil && !bytes.Equal(things, unpacked) {
				t.Errorf("% x of shape %v: error %v, and compressed %v", file, shape, err, gzErr)
			}
		}
	})
}

// penned returns the bytes of FuzzInk for strokes: for each point a 1 if the pen is set down there, else a 0, then x
// and y.
func penned(strokes ...[]Point) (written []byte) {
	for _, stroke := range strokes {
		down := byte(1)
		for _, p := range stroke {
			written = append(written, down)
			written = binary.BigEndian.AppendUint64(written, math.Float64bits(p.X))
			written = binary.BigEndian.AppendUint64(written, math.Float64bits(p.Y))
			down = 0
		}
	}
	return written
}

// FuzzInk looks for strokes that make Ink panic, leave the sheet blank, or ink it where all points are too far away.
func FuzzInk(f *testing.F) {
	f.Add(penned(seven...))
	f.Add(penned([]Point{{5, 5}}, []Point{{5, 6}}))
	f.Add(penned([]Point{{1e300, -1e300}, {-1e300, 5e-324}, {nan, 0}, {0, inf}}))
	f.Fuzz(func(t *testing.T, written []byte) {
		var strokes [][]Point
		anyInk := false
		for ; len(written) >= 17; written = written[17:] {
			if strokes == nil || written[0]&1 == 1 {
				strokes = append(strokes, nil)
			}
			x := math.Float64frombits(binary.BigEndian.Uint64(written[1:]))
			y := math.Float64frombits(binary.BigEndian.Uint64(written[9:]))
			strokes[len(strokes)-1] = append(strokes[len(strokes)-1], Point{x, y})
			anyInk = anyInk || math.Abs(x) <= 1e300 && math.Abs(y) <= 1e300
		}
		paper := Ink(strokes)
		if dark := slices.Max(paper); len(paper) != Side*Side || (dark >= 128) != anyInk {
			t.Errorf("strokes %v: %d pixels, the darkest %d", strokes, len(paper), dark)
		}
	})
}

// mnistDir returns the folder that MNIST_DIR names, or skips the test.
func mnistDir(t testing.TB) string {
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		t.Skip("MNIST_DIR is not set; it names the folder with the four files of MNIST")
	}
	return dir
}

// How handwritten the drawn digits are: a network that has seen no others reads those of people.
func TestDrawnDigitsTeachToReadPeoples(t *testing.T) {
	_, _, people, err := ReadMNIST(mnistDir(t))
	if err != nil {
		t.Fatal(err)
	}
	net := New(SigmoidNeurons, Side*Side, 30, 10)
	net.InitScaled(1)
	sgd := SGD{Cost: CrossEntropy, Eta: 0.25, BatchSize: 10, Lambda: 1, Seed: 1}
	drawn := DrawDigits(10_000, 1)
	for epoch := 1; epoch <= 10; epoch++ {
		if _, err := sgd.Epoch(net, drawn, epoch); err != nil {
			t.Fatal(err)
		}
	}
	share := float64(Correct(net, people)) / float64(people.Len())
	t.Logf("%.2f%% of MNIST's test digits", 100*share)
	if share < 0.85 {
		t.Errorf("%.2f%%; want 85%%", 100*share)
	}
}

func TestMNISTItself(t *testing.T) {
	train, validation, test, err := ReadMNIST(mnistDir(t))
	if err != nil {
		t.Fatal(err)
	}
	if train.Len() != 50_000 || validation.Len() != 10_000 || test.Len() != 10_000 {
		t.Errorf("%d, %d, %d digits", train.Len(), validation.Len(), test.Len())
	}
	if got := train.Labels[:10]; !slices.Equal(got, []byte{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}) {
		t.Errorf("the first labels are %v", got)
	}
	if got := test.Labels[:5]; !slices.Equal(got, []byte{7, 2, 1, 0, 4}) {
		t.Errorf("the first test labels are %v", got)
	}
	sum := 0
	for _, p := range append(train.Pixels, validation.Pixels...) {
		sum += int(p)
	}
	if mean := float64(sum) / 255 / 60_000 / 784; math.Abs(mean-0.1307) > 0.00005 {
		t.Errorf("mean pixel %v; want 0.1307", mean)
	}
}
