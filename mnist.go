package nndl

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// MNIST is 70,000 digits that clerks and pupils in America wrote by hand, each scanned to 28×28 pixels and labelled
// with what it is: the examples on which the book's networks learn to read. This file reads its four files, and where
// they are not at hand draws digits of its own, in a way that people might have written them. What you write yourself
// it inks in the same way. It needs no other file: copy it alone.

// Side is the number of pixels along each side of a digit.
const Side = 28

const maxDigits = 1_000_000 // a file that claims to hold more is refused

// Digits is a set of handwritten digits. They stay bytes, one per pixel, and become numbers only where one is looked
// at: as float64 they would take eight times the memory.
type Digits struct {
	Pixels []byte // Side×Side for each digit, row by row: 0 is paper, 255 is ink
	Labels []byte // what each digit is, 0 to 9
}

// Len returns the number of digits.
func (d Digits) Len() int { return len(d.Labels) }

// Image returns the pixels of digit i, Side rows of Side, in the memory of d.
func (d Digits) Image(i int) []byte {
	return d.Slice(i, i+1).Pixels
}

// Slice returns the digits lo to hi−1. They share the memory of d, but appending to them does not overwrite what
// follows in d.
func (d Digits) Slice(lo, hi int) Digits {
	if hi > len(d.Labels) || hi*Side*Side > len(d.Pixels) { // there may be capacity beyond the lengths
		panic(fmt.Sprintf("digits %d to %d of %d labels and %d pixels", lo, hi-1, len(d.Labels), len(d.Pixels)))
	}
	return Digits{d.Pixels[lo*Side*Side : hi*Side*Side : hi*Side*Side], d.Labels[lo:hi:hi]}
}

// Example sets x to the pixels of digit i as numbers from 0 (paper) to 1 (ink), and y_j to 1 where j is the digit's
// label. The other y_j must be 0 when it is called. It panics unless x has Side·Side numbers and y ten.
func (d Digits) Example(i int, x, y []float64) {
	if len(x) != Side*Side || len(y) != 10 {
		panic(fmt.Sprintf("a digit for %d inputs and %d outputs; it has %d and 10", len(x), len(y), Side*Side))
	}
	for k, p := range d.Image(i) {
		x[k] = grey[p]
	}
	y[d.Labels[i]] = 1
}

// grey[p] is p/255: to look it up is quicker than to divide.
var grey [256]float64

func init() {
	for p := range grey {
		grey[p] = float64(p) / 255
	}
}

// ReadMNIST returns the digits of the four files of MNIST in dir: train-images-idx3-ubyte, train-labels-idx1-ubyte,
// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or with a dot as in train-images.idx3-ubyte, plain or compressed
// with gzip (.gz). Of the training files the last sixth (10,000 of MNIST's 60,000) is for validation. The error says
// which are missing, and then wraps os.ErrNotExist, or which one is damaged, how, and what was expected.
func ReadMNIST(dir string) (train, validation, test Digits, err error) {
	var missing []string
	for _, name := range []string{"train" + images, "train" + labels, "t10k" + images, "t10k" + labels} {
		info, err := os.Stat(find(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			missing = append(missing, name)
		} else if err == nil && !info.Mode().IsRegular() { // to open a named pipe may take for ever
			return train, validation, test, fmt.Errorf("%s is no regular file", find(dir, name))
		}
	}
	if missing != nil {
		err = fmt.Errorf("%s: missing %s (plain or .gz): %w", dir, strings.Join(missing, ", "), os.ErrNotExist)
		return train, validation, test, err
	}
	all, err := readDigits(dir, "train")
	n := all.Len()
	if err == nil && n < 6 {
		err = fmt.Errorf("%s: %d training digits; a sixth is for validation, so there must be 6 or more", dir, n)
	}
	if err == nil {
		test, err = readDigits(dir, "t10k")
	}
	if err != nil {
		return Digits{}, Digits{}, Digits{}, err
	}
	return all.Slice(0, n-n/6), all.Slice(n-n/6, n), test, nil
}

const images, labels = "-images-idx3-ubyte", "-labels-idx1-ubyte" // how the names of the files end

// find returns the path of the file name in dir: so named, or with a dot before idx, plain or else compressed; or in a
// folder of that name, as some archives unpack. If there is no such file, it is the path of what is there instead.
func find(dir, name string) string {
	found, dotted := filepath.Join(dir, name), strings.Replace(name, "-idx", ".idx", 1)
	for _, name := range []string{name, name + ".gz", dotted, dotted + ".gz",
		name + "/" + name, name + "/" + dotted, dotted + "/" + dotted} {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		} else if err == nil {
			found = path
		}
	}
	return found
}

// readDigits returns the digits of one pair of files, the images and their labels.
func readDigits(dir, set string) (d Digits, err error) {
	if d.Pixels, err = readIDX(dir, set+images, Side, Side); err != nil {
		return d, err
	}
	if d.Labels, err = readIDX(dir, set+labels); err != nil {
		return d, err
	}
	if n := len(d.Pixels) / (Side * Side); n != d.Len() {
		return d, fmt.Errorf("%s: %d images in %s but %d labels in %s", dir, n, set+images, d.Len(), set+labels)
	}
	for i, label := range d.Labels {
		if label > 9 {
			return d, fmt.Errorf("%s: label %d of %s is %d; a digit is 0 to 9", dir, i, set+labels, label)
		}
	}
	return d, nil
}

// readIDX returns the bytes of a file in the IDX format that holds things of the given shape. Such a file begins with a
// big-endian header: two bytes 0, the type (8 for bytes), the number of dimensions; the size of each dimension in four
// bytes, first the number of things. Then come the things themselves.
func readIDX(dir, name string, shape ...int) (things []byte, err error) {
	f, err := os.Open(find(dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if things, err = decodeIDX(f, shape...); err != nil {
		err = fmt.Errorf("%s: %w", f.Name(), err)
	}
	return things, err
}

// decodeIDX is readIDX for an open file, compressed if it begins as gzip does.
func decodeIDX(file io.Reader, shape ...int) ([]byte, error) {
	buffered := bufio.NewReader(file)
	r := io.Reader(buffered)
	if start, _ := buffered.Peek(2); string(start) == "\x1f\x8b" {
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("begins as gzip does, but: %w", err)
		}
		r = z
	}
	header, err := fill(r, nil, 8+4*len(shape))
	if magic := []byte{0, 0, 8, byte(1 + len(shape))}; len(header) >= 4 && !bytes.Equal(header[:4], magic) {
		const page = " (a web page)"
		what := map[string]string{"<!": page, "<?": page, "<h": page, "<H": page, "\x1f\x8b": " (compressed twice)"}
		return nil, fmt.Errorf("neither IDX nor gzip of IDX with %d dimensions of bytes: it begins with % x%s, "+
			"expected % x", 1+len(shape), header[:4], what[string(header[:2])], magic)
	}
	if err != nil {
		return nil, err
	}
	n, size := binary.BigEndian.Uint32(header[4:]), 1
	if n < 1 || n > maxDigits {
		return nil, fmt.Errorf("claims to hold %d digits; expected 1 to %d", n, maxDigits)
	}
	for i, want := range shape {
		if got := binary.BigEndian.Uint32(header[8+4*i:]); got != uint32(want) {
			return nil, fmt.Errorf("dimension %d is %d; expected %d", i+1, got, want)
		}
		size *= want
	}
	size = len(header) + int(n)*size
	all, err := fill(r, header, size)
	if err != nil {
		return nil, err
	}
	// The file must end here. Only at its end does gzip compare the checksum.
	if n, err := io.ReadFull(r, make([]byte, 1)); n > 0 {
		return nil, fmt.Errorf("bytes left over after the %d that it claims to hold", size)
	} else if err != io.EOF {
		return nil, fmt.Errorf("damaged at its end: %w", err)
	}
	return all[len(header):], nil
}

// fill reads from r until all has size bytes. Its memory grows with the bytes that arrive, not with what a damaged
// header claims.
func fill(r io.Reader, all []byte, size int) ([]byte, error) {
	for len(all) < size {
		all = append(make([]byte, 0, min(size, 4*len(all)+1<<20)), all...)
		n, err := io.ReadFull(r, all[len(all):cap(all)])
		all = all[:len(all)+n]
		if err != nil {
			return all, fmt.Errorf("ends early or is damaged, after %d of %d bytes: %w", len(all), size, err)
		}
	}
	return all, nil
}

// People have a few ways of writing each digit, and no two hands follow one alike: they tremble, they lean, they write
// wide or narrow, with a thin pen or a thick one. Each of these is a number below. To draw is to choose them at random.

// digitWays lists the ways people write the digits. A way is the digit, then the path of the pen: points "xy" on a
// sheet of 10×10, x counted from the left and y from the top, with '|' where the pen is lifted. The points steer the
// pen as smoothStroke describes: its line cuts the corners, and only a point given twice makes a sharp one.
var digitWays = []string{
	"0 80 40 12 08 19 79 96 92 80 61",          // closed with an overlap
	"0 50 20 13 06 29 78 87 93 80 40",          // begun and ended at the top
	"0 30 03 06 29 69 96 92 60 41",             // round
	"0 81 61 31 05 19 59 84 72 50 30",          // slanted, the end drawn across the top
	"1 51 38",                                  // a stroke
	"1 60 37",                                  // a stroke leaning more
	"1 24 51 40 59",                            // with a flag
	"1 05 50 51 39",                            // with a long flag
	"1 51 30 30 59|29 89",                      // with a flag and a foot
	"1 14 60 50 59|09 99",                      // with a long flag and a wide foot
	"2 01 10 50 73 47 19 06 15 57 99",          // a loop, the tail running downwards
	"2 12 30 70 84 57 29 08 17 48 68 98",       // a small loop
	"2 13 20 60 83 46 28 08 06 36 67 98",       // a large loop
	"2 22 40 61 54 38 08 07 36 68 96",          // a flat loop, the tail rising
	"2 02 10 80 85 19 19 87",                   // a sharp corner, like a swan
	"2 11 40 71 63 19 19 99",                   // a sharp corner, like a Z
	"2 12 40 71 37 28 98",                      // a rounded corner
	"3 11 31 90 82 34 35 84 88 49 07",          // two bows alike
	"3 02 40 81 64 34 93 97 59 09",             // a wide lower bow
	"3 21 40 70 73 44 44 86 88 49 18",          // a sharp corner between the bows
	"3 13 31 71 73 34 84 97 59 07",             // hooked at the start
	"3 10 81 81 44 94 78 39 08",                // a flat top
	"3 11 70 72 44 77 48 18",                   // a flat top, hardly a waist
	"4 21 05 04 74|71 69",                      // open, two strokes
	"4 10 04 06 64 70 80 69",                   // open, one stroke
	"4 50 25 75 73 73 49",                      // open, like lightning
	"4 30 15 16 95|91 58",                      // open, the bar running through
	"4 30 16 17 97|74 79",                      // open, the second stroke short
	"4 71 06 06 87|52 59",                      // closed, two strokes
	"4 51 04 04 55 61 61 49",                   // closed, one stroke
	"5 30 23 23 54 64 77 48 08|21 90",          // the roof drawn last, and long
	"5 10 14 24 45 83 88 49 08|10 80",          // the roof drawn last, above a wide bow
	"5 21 14 24 65 77 39 09|21 91",             // the roof drawn last, the stem curved
	"5 90 30 30 24 24 65 86 59 39 18",          // one stroke
	"5 91 41 23 54 67 38 08",                   // one stroke, like an S
	"6 50 22 06 28 69 85 66 37",                // ended inside the bowl
	"6 30 13 08 49 79 76 45 17",                // a closed bowl
	"6 70 10 04 28 68 86 94 65 27",             // bent far over
	"7 02 10 10 81 72 49",                      // a hook at the start
	"7 14 41 82 93 58",                         // round, like a cane
	"7 11 01 81 93 59",                         // a flat top, the stem bent
	"7 01 00 90 90 49",                         // a flat top and a sharp corner
	"7 10 80 70 38|24 74",                      // with a bar
	"7 10 80 81 59|26 95",                      // with a bar low on the stem
	"8 92 60 20 25 64 76 48 09 17 54 91",       // one stroke, open at the top right
	"8 81 50 21 13 55 86 69 29 16 54 72 80",    // one stroke, ended above its start
	"8 71 50 11 12 45 77 69 29 07 45 82 70 50", // one stroke, closed, slanted
	"8 40 20 13 44 75 89 49 19 06 54 81 70 40", // one stroke, closed, upright
	"8 21 81 54 27 49 77 44 21",                // one stroke, begun along the top
	"9 73 60 40 12 35 54 72 71 58",             // a small loop, the tail straight
	"9 71 40 22 34 63 72 61 49",                // a small loop, the tail slanted
	"9 60 20 04 26 64 81 81 59",                // a loop left open
	"9 80 40 13 16 54 82 82 49",                // a loop left open, the tail slanted
	"9 73 50 20 13 34 53 72 81 71 49",          // a closed loop, the tail straight
	"9 81 50 13 25 63 81 69",                   // a wide loop, the tail straight
	"9 72 40 10 24 55 84 71 87 69 29 18",       // the tail hooked
	"9 61 40 21 33 62 71 68 39 18",             // a small loop, the tail hooked
}

// How hands and pens differ. The hand's numbers are for a digit that spans -1..1 both ways, the pen's are in pixels.
const (
	handTremble    = 0.22 // how far each point strays from where it was meant
	handBend       = 0.23 // how strongly the whole shape is bent or swollen
	handWidth      = 0.83 // most digits are narrower than they are tall ...
	handWidthSwing = 0.35 // ... though some people write wide, others narrow
	handSlant      = 0.13 // most hands lean to the right (sideways per upwards) ...
	handSlantSwing = 0.57 // ... though many lean to the left
	handTurn       = 0.2  // how far askew the paper may lie, in radians
	penHalf        = 1.1  // half the width of an ordinary line ...
	penHalfSwing   = 0.6  // ... and how much thinner or thicker pens make it
	penPressure    = 0.25 // by what part the line swells and thins along a stroke
	penBlur        = 1.3  // the width of the grey edge between ink and paper
)

const digitStream = 1 << 41 // other random numbers than those that anything else draws from the same seed

// penPoint is a place the pen passes, with half the width of its line there.
type penPoint struct{ x, y, half float64 }

// speck is the length of a dot. Added to any other length it is lost in rounding; without it, fitting and inking a dot
// would divide by 0.
const speck = 1e-300

// DrawDigits returns n digits that are drawn, not scanned: digit i shows i mod 10. It depends on seed and i alone, so
// that a longer set begins with the shorter one.
func DrawDigits(n int, seed uint64) Digits {
	d := Digits{make([]byte, n*Side*Side), make([]byte, n)}
	for i := range d.Labels {
		d.Labels[i] = byte(i % 10)
		rng := rand.New(rand.NewPCG(seed, digitStream+uint64(i)))
		var ways []string // to write this digit
		for _, way := range digitWays {
			if way[0] == '0'+d.Labels[i] {
				ways = append(ways, way[2:])
			}
		}
		strokes := writeDigit(ways[rng.IntN(len(ways))], rng)
		fitDigit(strokes)
		copy(d.Image(i), inkDigit(strokes))
	}
	return d
}

// Point is a place that a pen passes, in any unit: x to the right, y downwards.
type Point struct{ X, Y float64 }

// Ink returns the Side×Side pixels of a digit written in these strokes: fitted, centred and inked as MNIST's digits
// are. Where it was written, and how large, makes no difference, unless rounding merges its points. A tap makes a dot;
// no points, an empty sheet. Points with an infinity or NaN are left out, and so are those beyond ±1e300.
func Ink(strokes [][]Point) []byte {
	lines := make([][]penPoint, len(strokes))
	for i, stroke := range strokes {
		for _, p := range stroke {
			if max(math.Abs(p.X), math.Abs(p.Y)) <= 1e300 {
				at := penPoint{p.X, p.Y, penHalf}
				lines[i] = append(lines[i], at, at) // twice, so that one point is a line too
			}
		}
	}
	fitDigit(lines)
	paper := inkDigit(lines)
	// fitDigit takes ink over ink for twice as much. So drawn digits are up to about 1.5 pixels off the centre, and who
	// goes over a line again and again would write beside the paper. Here the pixels are weighed, to be off by no more.
	for range 4 { // what lay beside the paper has no weight until it has come back
		var mass, massX, massY float64
		for i, ink := range paper {
			mass += float64(ink)
			massX += float64(ink) * float64(i%Side-14)
			massY += float64(ink) * float64(i/Side-14)
		}
		if off := math.Hypot(massX, massY) / mass; off > 1.5 {
			part := (1 - 1.5/off) / mass
			centreDigit(lines, 14+part*massX, 14+part*massY)
			paper = inkDigit(lines)
		}
	}
	return paper
}

// inkDigit returns the paper with the ink of the strokes of a digit.
func inkDigit(strokes [][]penPoint) []byte {
	paper := make([]byte, Side*Side)
	for _, stroke := range strokes {
		inkStroke(paper, stroke)
	}
	return paper
}

// swing returns a random number between -size and size, small ones more often than large ones. A normal deviate would
// now and then be huge and turn one digit into another; this one never is.
func swing(rng *rand.Rand, size float64) float64 {
	return size * (rng.Float64() + rng.Float64() - 1)
}

// writeDigit moves the pen along one way of writing a digit, in a hand chosen at random, and returns its strokes.
func writeDigit(way string, rng *rand.Rand) [][]penPoint {
	width := handWidth + swing(rng, handWidthSwing)
	slant := handSlant + swing(rng, handSlantSwing)
	turn := swing(rng, handTurn)
	half := penHalf + swing(rng, penHalfSwing)
	// The terms of second order, three for x and three for y, swell the upper or the lower half of a digit, curve its
	// stems and bow its bars.
	var bend [6]float64
	for i := range bend {
		bend[i] = swing(rng, handBend)
	}

	var strokes [][]penPoint
	for _, stroke := range strings.Split(way, "|") {
		var points []penPoint
		for _, xy := range strings.Fields(stroke) {
			// From the table's 0..9 to -1..1, as exactly as the hand can aim.
			x := float64(xy[0]-'0')/4.5 - 1 + swing(rng, handTremble)
			y := float64(xy[1]-'0')/4.5 - 1 + swing(rng, handTremble)
			bentX := x + bend[0]*x*x + bend[1]*x*y + bend[2]*y*y
			bentY := y + bend[3]*x*x + bend[4]*x*y + bend[5]*y*y
			// y points down, so leaning right moves what is above to the right.
			x, y = width*bentX-slant*bentY, bentY
			// A small turn; that it also enlarges a little is undone by fitDigit.
			x, y = x-turn*y, y+turn*x
			points = append(points, penPoint{x, y, half * (1 + swing(rng, penPressure))})
		}
		strokes = append(strokes, smoothStroke(points))
	}
	return strokes
}

// smoothStroke turns the points that steer a stroke into a smooth line of many short pieces. The line begins at the
// first point and ends at the last. In between it runs from the middle of two neighbours to the middle of the next
// two, bending towards the point they share: a quadratic Bézier curve, here in four straight pieces. So it cuts
// corners, as a hand does.
func smoothStroke(points []penPoint) []penPoint {
	from := points[0]
	line := []penPoint{from}
	for i, via := range points {
		to := points[min(i+1, len(points)-1)]
		to = penPoint{(via.x + to.x) / 2, (via.y + to.y) / 2, (via.half + to.half) / 2}
		for t := 0.25; t <= 1; t += 0.25 {
			a, b, c := (1-t)*(1-t), 2*t*(1-t), t*t
			line = append(line, penPoint{
				a*from.x + b*via.x + c*to.x,
				a*from.y + b*via.y + c*to.y,
				a*from.half + b*via.half + c*to.half,
			})
		}
		from = to
	}
	return line
}

// fitDigit scales and moves the strokes to where MNIST has its digits: the longer side fills 20 pixels, and the centre
// of mass of the ink lies on pixel (14, 14) of the 28×28. Ink over ink counts twice.
func fitDigit(strokes [][]penPoint) {
	left, right, top, bottom, half := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1), 0.0
	for _, stroke := range strokes {
		for _, p := range stroke {
			left, right = min(left, p.x), max(right, p.x)
			top, bottom = min(top, p.y), max(bottom, p.y)
			half = max(half, p.half)
		}
	}
	size := speck + max(right-left, bottom-top)
	fits := 20 - 2*half // on either side the ink reaches half the line's width beyond the points
	var mass, massX, massY float64
	for _, stroke := range strokes {
		for i := range stroke {
			p := &stroke[i]
			p.x, p.y = (p.x-left)/size*fits, (p.y-top)/size*fits
			if i > 0 {
				q := stroke[i-1]
				ink := (speck + math.Hypot(p.x-q.x, p.y-q.y)) * (p.half + q.half)
				mass += ink
				massX += ink * (p.x + q.x) / 2
				massY += ink * (p.y + q.y) / 2
			}
		}
	}
	centreDigit(strokes, massX/mass, massY/mass)
}

// centreDigit moves the strokes so that what was at x, y comes to lie on pixel (14, 14).
func centreDigit(strokes [][]penPoint, x, y float64) {
	for _, stroke := range strokes {
		for i := range stroke {
			stroke[i].x += 14 - x
			stroke[i].y += 14 - y
		}
	}
}

// inkStroke blackens the pixels of a paper of Side×Side that a stroke covers. Where two cross, the darker one shows.
func inkStroke(paper []byte, stroke []penPoint) {
	for i := 1; i < len(stroke); i++ {
		a, b := stroke[i-1], stroke[i]
		dx, dy := b.x-a.x, b.y-a.y
		length2 := speck + dx*dx + dy*dy
		reach := max(a.half, b.half) + penBlur/2
		// A piece inks only the pixels near it.
		left, right := max(0, int(min(a.x, b.x)-reach)), min(Side-1, int(max(a.x, b.x)+reach))
		top, bottom := max(0, int(min(a.y, b.y)-reach)), min(Side-1, int(max(a.y, b.y)+reach))
		for y := top; y <= bottom; y++ {
			for x := left; x <= right; x++ {
				// The point of the piece nearest to the pixel is the part t of the way from a to b.
				t := ((float64(x)-a.x)*dx + (float64(y)-a.y)*dy) / length2
				t = max(0, min(1, t))
				offX, offY := a.x+t*dx-float64(x), a.y+t*dy-float64(y)
				inside := a.half + t*(b.half-a.half) - math.Sqrt(offX*offX+offY*offY)
				ink := byte(255 * max(0, min(1, 0.5+inside/penBlur)))
				paper[Side*y+x] = max(paper[Side*y+x], ink)
			}
		}
	}
}
