package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"

	"nndl"
)

// fewDigits are 400 drawn digits, 200 of them to test with.
var fewDigits = sync.OnceValue(func() *digits {
	d := &digits{Tests: 200, Training: 200}
	for d.undrawn() > 0 {
		d.draw()
	}
	return d
})

// newRoom returns room for networks with these hidden layers that learn from fewDigits.
func newRoom(t testing.TB, hidden ...int) *tabs {
	t.Helper()
	room, err := newTabs(&start{Hidden: hidden, Digits: fewDigits()})
	if err != nil {
		t.Fatal(err)
	}
	return room
}

const anyKey = "0123456789abcdef"

// A fields is the text of a question by its names.
type fields map[string]any

// ask asks a question that must be answered. It begins with anyKey where no other key is given.
func ask(t testing.TB, room *tabs, f fields) *answer {
	t.Helper()
	status, text := askAnything(t, room, f)
	if status != 200 {
		t.Fatalf("%v: status %d, %s", f, status, text)
	}
	a := new(answer)
	if err := json.Unmarshal(text, a); err != nil {
		t.Fatal(err)
	}
	return a
}

func askAnything(t testing.TB, room *tabs, f fields) (status int, text []byte) {
	t.Helper()
	q := fields{"key": anyKey}
	for name, value := range f {
		q[name] = value
	}
	question, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	return room.ask(question)
}

// begin makes a network and trains it on n digits.
func begin(t testing.TB, room *tabs, n int) {
	t.Helper()
	p := ask(t, room, fields{"do": "begin"}).Progress
	for done := 0; done < n; done = p.Epoch*room.digits.Training + p.Trained {
		p = ask(t, room, fields{"do": "train", "n": min(10, n-done)}).Progress
	}
}

// seven is a drawing of a 7.
var seven = [][]float64{{300, 250, 720, 220, 660, 400, 500, 750}, {420, 500, 720, 480}}

// inked returns the pixels of a drawing as numbers.
func inked(strokes [][]float64) (pixels []byte, x []float64) {
	points := make([][]nndl.Point, len(strokes))
	for i, s := range strokes {
		for k := 0; k < len(s); k += 2 {
			points[i] = append(points[i], nndl.Point{X: s[k], Y: s[k+1]})
		}
	}
	pixels = nndl.Ink(points)
	for _, p := range pixels {
		x = append(x, float64(p)/255)
	}
	return pixels, x
}

// same fails the test unless the numbers are the same to the bit.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %.200s, want %.200s", what, fmt.Sprint(got), fmt.Sprint(want))
	}
}

func TestTheAnswerIsThatOfThePackage(t *testing.T) {
	room := newRoom(t, 12)
	begin(t, room, 200)
	net := room.open[0].net
	pixels, x := inked(seven)
	scaled, perceptrons := net.Clone(), net.Clone()
	scaled.Scale(2.5)
	perceptrons.Hidden, perceptrons.Output = nndl.Perceptrons, nndl.Perceptrons
	for _, row := range []struct {
		name string
		q    fields
		net  *nndl.Network
		c    float64
	}{
		{"as it is", fields{}, net, 1},
		{"scaled by c", fields{"c": 2.5}, scaled, 2.5},
		{"of perceptrons", fields{"perceptrons": true, "c": nil}, perceptrons, 1},
		{"scaled, as shares", fields{"c": 2.5, "shares": true, "softmax": 0.5}, scaled, 2.5},
		{"of perceptrons, as even shares", fields{"perceptrons": true, "shares": true, "softmax": 0}, perceptrons, 1},
	} {
		row.q["strokes"] = seven
		a := ask(t, room, row.q)
		got := a.Thought
		z, activations := row.net.Activations(x)
		outputs := activations[2]
		if c, ok := row.q["softmax"]; ok {
			outputs = make([]float64, 10)
			softmax, _ := c.(float64)
			nndl.SoftmaxC(outputs, z[2], softmax/row.c)
		}
		for j := range z[1] {
			z[1][j] /= row.c
		}
		same(t, row.name+": pixels", a.Pixels, pixels)
		same(t, row.name+": z", got.Z, z[1])
		same(t, row.name+": a", got.A, activations[1])
		same(t, row.name+": outputs", got.Outputs, outputs)
		same(t, row.name+": answer", got.Answer, nndl.Argmax(outputs))
		same(t, row.name+": bits", got.Bits, nndl.BinaryLayer().FeedForward(outputs))
		same(t, row.name+": choice", got.Choice, got.Answer)
		if last := row.q["softmax"]; last == 0 {
			same(t, row.name+": tie", got.Tie, true)
		}
	}
}

func TestTheAssumptionOfExercise1_3(t *testing.T) {
	room := newRoom(t, 3)
	ask(t, room, fields{"do": "begin"})
	net := room.open[0].net
	for _, row := range []struct {
		name       string
		seven, two float64 // outputs of the digits
		holds, tie bool
	}{
		{"one output is 0.99, the others are below 0.01", 0.9901, 0.0099, true, false},
		{"no output is 0.99", 0.9899, 0.0099, false, false},
		{"another output is 0.01", 0.9901, 0.0101, false, false},
		{"two outputs are 0.99", 0.9901, 0.9901, false, true},
	} {
		for j := range 10 { // biases alone decide
			clear(net.Weights[2][j])
			net.Biases[2][j] = logit(0.001)
		}
		net.Biases[2][7], net.Biases[2][2] = logit(row.seven), logit(row.two)
		got := ask(t, room, fields{"strokes": seven}).Thought
		if got.Holds != row.holds || got.Tie != row.tie {
			t.Errorf("%s: holds %v, tie %v", row.name, got.Holds, got.Tie)
		}
	}
}

func logit(a float64) float64 { return math.Log(a / (1 - a)) }

// The map has the sign and the relative size of what a little more ink at a pixel does to z.
func TestTheMapIsTheDerivative(t *testing.T) {
	for _, hidden := range [][]int{{}, {12}, {12, 9}} {
		room := newRoom(t, hidden...)
		begin(t, room, 200)
		net := room.open[0].net.Clone()
		L := len(net.Sizes) - 1
		_, x := inked(seven)
		for _, c := range []float64{1, 0.3} {
			net := net.Clone()
			net.Scale(c)
			got := ask(t, room, fields{"strokes": seven, "output": 3, "c": c}).Thought
			dx := make([]float64, len(x))
			for k := range x {
				const h = 1e-5
				x[k] += h
				more, _ := net.Activations(x)
				x[k] -= 2 * h
				less, _ := net.Activations(x)
				x[k] += h
				dx[k] = (more[L][3] - less[L][3]) / (2 * h)
			}
			for k, want := range shades(dx) {
				if math.Abs(float64(got.Map[k])-float64(want)) > 1 { // rounding
					t.Fatalf("layers %v, c %v: pixel %d has the shade %d, by finite differences %d", net.Sizes, c, k,
						got.Map[k], want)
				}
			}
		}
		got := ask(t, room, fields{"strokes": seven, "perceptrons": true}).Thought.Map
		if len(hidden) > 0 && got != nil {
			t.Errorf("layers %v: hidden perceptrons have a derivative", net.Sizes)
		}
	}
}

func TestAHiddenNeuronIsLookedInto(t *testing.T) {
	room := newRoom(t, 12)
	begin(t, room, 200)
	net := room.open[0].net
	_, x := inked(seven)
	a := ask(t, room, fields{"strokes": seven, "neuron": 5, "full": true})
	var products, out []float64
	for k, w := range net.Weights[1][5] {
		products = append(products, w*x[k])
	}
	for _, w := range net.Weights[2] {
		out = append(out, w[5])
	}
	same(t, "w·x", a.Thought.Products, shades(products))
	same(t, "weights to the outputs", a.Thought.Out, out)
	same(t, "tile", a.Tiles[5], shades(net.Weights[1][5]))
	same(t, "number of tiles", len(a.Tiles), 12)
	same(t, "shades", shades([]float64{0, 2, -4, 4, 1}), []byte{128, 192, 1, 255, 160})
	same(t, "shades of nothing", shades([]float64{0, 0}), []byte{128, 128})
}

func TestTheCurve(t *testing.T) {
	room := newRoom(t, 3)
	ask(t, room, fields{"do": "begin"})
	for _, row := range []struct {
		q    fields
		f    func(z float64) float64
		name string
	}{
		{fields{}, nndl.Sigmoid, "σ(z)"},
		{fields{"c": 100}, func(z float64) float64 { return nndl.Sigmoid(100 * z) }, "σ(100z)"},
		{fields{"perceptrons": true}, nndl.Step, "the step"},
	} {
		for i, got := range ask(t, room, row.q).Curve {
			if z := (float64(i) - 60) / 10; math.Abs(got-row.f(z)) > 1e-12 {
				t.Errorf("%s at %v: %v, want %v", row.name, z, got, row.f(z))
			}
		}
	}
}

func TestAnEmptySheetIsStill(t *testing.T) {
	room := newRoom(t, 12)
	ask(t, room, fields{"do": "begin"})
	for _, strokes := range [][][]float64{nil, {}, {{}}, {{}, {}}} {
		if a := ask(t, room, fields{"strokes": strokes}); a.Thought != nil {
			t.Errorf("strokes %v: it thinks of a %d", strokes, a.Thought.Answer)
		}
	}
	if a := ask(t, room, fields{"strokes": [][]float64{{500, 500}}}); a.Thought == nil {
		t.Error("it does not see a dot")
	}
	if status, text := askAnything(t, room, fields{"do": "teach", "n": 3}); status != 400 {
		t.Errorf("an empty sheet is taught as a 3: status %d, %s", status, text)
	}
}

// However the questions cut an epoch, its network is that of SGD.Epoch, to the bit.
func TestTrainingInPiecesIsAnEpoch(t *testing.T) {
	room := newRoom(t, 12)
	d := fewDigits()
	net := room.first.net.Clone()
	sgd := room.first.sgd
	cost, right := 0.0, nndl.Correct(net, d.test())
	ask(t, room, fields{"do": "begin"})
	rng := rand.New(rand.NewPCG(1, 2))
	for epoch := range 3 {
		var p progress
		for p.Epoch < epoch || p.Tested < d.Tests {
			p = ask(t, room, fields{"do": "train", "n": rng.IntN(300)}).Progress
		}
		if p.Epoch != epoch || p.Trained != 0 || p.Correct != right || math.Abs(p.Cost/200-cost) > 1e-12 {
			t.Errorf("after epoch %d: epoch %d, %d digits trained, %d correct, cost %v; want %d, cost %v", epoch,
				p.Epoch, p.Trained, p.Correct, p.Cost/200, right, cost)
		}
		same(t, fmt.Sprintf("weights after epoch %d", epoch), room.open[0].net, net)
		var err error
		if cost, err = sgd.Epoch(net, d.train(), epoch+1); err != nil {
			t.Fatal(err)
		}
		right = nndl.Correct(net, d.test())
	}
}

func TestALessonIsOneStepAndIsForgotten(t *testing.T) {
	room := newRoom(t, 12)
	begin(t, room, 250)
	tab := room.open[0]
	before := tab.progress.clone()
	pixels, _ := inked(seven)
	drawing := nndl.Digits{Pixels: pixels, Labels: []byte{4}}
	net := tab.net.Clone()
	sgd := nndl.SGD{Cost: nndl.CrossEntropy, Eta: 0.05, BatchSize: 1}
	for i := range 3 {
		want := lesson{Digit: 4, Correct: [2]int{nndl.Correct(net, fewDigits().test())}}
		want.Cost[0], _ = sgd.Step(net, drawing, []int{0})
		want.Cost[1], _ = sgd.Step(net.Clone(), drawing, []int{0})
		want.Correct[1] = nndl.Correct(net, fewDigits().test())
		a := ask(t, room, fields{"strokes": seven, "do": "teach", "n": 4})
		same(t, "lesson", *a.Lesson, want)
		same(t, "weights", tab.net, net)
		same(t, "lessons", a.Progress.Lessons, i+1)
		if !(want.Cost[1] < want.Cost[0]) {
			t.Errorf("lesson %d: cost %v", i+1, want.Cost)
		}
	}
	ask(t, room, fields{"do": "train", "n": 400})
	a := ask(t, room, fields{"do": "forget"})
	same(t, "weights when the lessons are forgotten", tab.net, before.net)
	same(t, "lessons, when forgotten", a.Progress.Lessons, 0)
	ask(t, room, fields{"do": "forget"})
	same(t, "weights when forgotten twice", tab.net, before.net)
	begin(t, room, 250)
	same(t, "weights when started again", room.open[0].net, before.net)
}

// A lesson that could not be given leaves nothing to be forgotten.
func TestALessonThatFailsIsNone(t *testing.T) {
	room := newRoom(t, 12)
	begin(t, room, 100)
	net := room.open[0].net
	net.Output = nndl.Perceptrons
	if status, text := askAnything(t, room, fields{"strokes": seven, "do": "teach", "n": 4}); status != 400 {
		t.Fatalf("perceptrons are taught: status %d, %s", status, text)
	}
	net.Output = nndl.SigmoidNeurons
	ask(t, room, fields{"do": "train", "n": 50})
	same(t, "digits trained", ask(t, room, fields{"do": "forget"}).Progress.Trained, 150)
}

// A lesson in the middle of a test has the network tested from the start: else some digits were read by another one.
func TestALessonBeginsTheTestAgain(t *testing.T) {
	room := newRoom(t, 12)
	ask(t, room, fields{"do": "begin"})
	ask(t, room, fields{"do": "train", "n": 50})
	a := ask(t, room, fields{"strokes": seven, "do": "teach", "n": 4})
	if p := a.Progress; p.Tested != 0 || p.Correct != 0 {
		t.Errorf("%d tested, %d correct", p.Tested, p.Correct)
	}
}

func TestSamplesAndMisreadDigits(t *testing.T) {
	room := newRoom(t, 12)
	begin(t, room, 600)
	test, net := fewDigits().test(), room.open[0].net
	var misread []int
	for i := range test.Len() {
		if nndl.Correct(net, test.Slice(i, i+1)) == 0 {
			misread = append(misread, i)
		}
	}
	if len(misread) < 2 {
		t.Fatalf("only %v are misread", misread)
	}
	at := -1
	for i := range len(misread) + 1 {
		a := ask(t, room, fields{"do": "misread", "test": at, "strokes": seven})
		at = a.Test
		want := misread[i%len(misread)]
		if at != want || a.Label != int(test.Labels[at]) || a.Thought.Answer == a.Label {
			t.Errorf("misread digit %d is number %d, a %d read as %d; want number %d", i, at, a.Label, a.Thought.Answer,
				want)
		}
		same(t, "pixels", a.Pixels, test.Image(at))
	}
	for _, from := range []int{-1, 3, 13, 199} {
		a := ask(t, room, fields{"do": "sample", "n": 3, "test": from})
		if a.Label != 3 || a.Test == from {
			t.Errorf("the sample of a 3 after number %d is number %d, a %d", from, a.Test, a.Label)
		}
	}
	same(t, "a test digit shown again", ask(t, room, fields{"test": 3}).Pixels, test.Image(3))
}

// Pages that ask in turn, with drawings and networks of their own, are answered as each would be alone.
func TestPagesDoNotDisturbEachOther(t *testing.T) {
	script := func(page int) (script []fields) {
		key := fmt.Sprintf("the key of page %d", page)
		drawing := [][]float64{{100, 100, 400, float64(200 + 100*page)}}
		script = append(script, fields{"do": "begin"})
		for i := range 5 {
			script = append(script,
				fields{"do": "train", "n": 90 * (1 + page)}, fields{"strokes": drawing, "neuron": i},
				fields{"strokes": drawing, "do": "teach", "n": page}, fields{"test": i, "c": 1 + page})
		}
		script = append(script, fields{"do": "forget", "full": true})
		for _, q := range script {
			q["key"] = key
		}
		return script
	}
	const pages = 4
	var alone, together [pages][]string
	for page := range pages {
		room := newRoom(t, 12)
		for _, q := range script(page) {
			_, text := askAnything(t, room, q)
			alone[page] = append(alone[page], string(text))
		}
	}
	room := newRoom(t, 12)
	var wg sync.WaitGroup
	for page := range pages {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, q := range script(page) {
				_, text := askAnything(t, room, q)
				together[page] = append(together[page], string(text))
			}
		}()
	}
	wg.Wait()
	same(t, "the answers", together, alone)
}

// Two windows with one key, as when a tab is duplicated, wait for each other.
func TestQuestionsToOneNetworkWait(t *testing.T) {
	room := newRoom(t, 12)
	begin(t, room, 0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 20 {
				ask(t, room, fields{"do": "train", "n": 10})
				ask(t, room, fields{"strokes": seven, "do": []string{"teach", "forget", "export", ""}[i%4]})
			}
		}()
	}
	wg.Wait()
}

func TestTheNetworkNotUsedForLongestMakesWay(t *testing.T) {
	room := newRoom(t, 3)
	room.room = 3
	key := func(i int) fields { return fields{"key": fmt.Sprintf("the key of page %d", i)} }
	begin := func(i int) fields { return fields{"key": key(i)["key"], "do": "begin"} }
	for i := range 3 {
		ask(t, room, begin(i))
	}
	ask(t, room, key(0))
	ask(t, room, begin(3)) // page 1 goes
	ask(t, room, begin(3)) // nobody goes
	for i, want := range []int{200, 410, 200, 200} {
		if status, text := askAnything(t, room, key(i)); status != want {
			t.Errorf("page %d: status %d, want %d: %s", i, status, want, text)
		}
	}
	ask(t, room, begin(1)) // page 0 goes
	if status, _ := askAnything(t, room, key(0)); status != 410 || len(room.open) != 3 {
		t.Errorf("status %d, %d networks", status, len(room.open))
	}
}

// In the one file digits are drawn between questions. Until then there are those that are.
func TestDigitsAreDrawnInPieces(t *testing.T) {
	d := &digits{Tests: 600, Training: 400}
	room, err := newTabs(&start{Hidden: []int{3}, Digits: d})
	if err != nil {
		t.Fatal(err)
	}
	ask(t, room, fields{"do": "begin"})
	if status, text := askAnything(t, room, fields{"do": "sample"}); status != 400 {
		t.Errorf("a sample of no digits: status %d, %s", status, text)
	}
	for i, want := range []int{800, 600, 400, 200, 0} {
		a := ask(t, room, fields{"do": "train", "n": 1000})
		same(t, "digits to be drawn", a.Undrawn, want)
		same(t, "test digits there", d.test().Len(), min(600, 200*(i+1)))
		same(t, "tested", a.Progress.Tested, 0)
	}
	same(t, "the second piece", d.Slice(200, 400), nndl.DrawDigits(200, 2))
	same(t, "tested when all are drawn", ask(t, room, fields{"do": "train", "n": 1000}).Progress.Tested, 600)
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	room := newRoom(t, 3)
	ask(t, room, fields{"do": "begin"})
	many := make([]float64, 2*10_001)
	long := strings.Repeat("k", 65)
	valid := `{"key":"` + anyKey + `"`
	for _, row := range []struct{ question, sentence string }{
		{``, "not a question in JSON"},
		{`7`, "not a question in JSON"},
		{`"7"`, "not a question in JSON"},
		{`[]`, "not a question in JSON"},
		{`null`, "length of the key"},
		{`{}`, "length of the key"},
		{valid, "not a question in JSON"},
		{valid + `} {}`, "before byte"},
		{valid + `}x`, "before byte"},
		{`{"key":7}`, "not a question in JSON"},
		{`{"key":"short"}`, "length of the key"},
		{`{"key":"` + long + `"}`, "length of the key"},
		{valid + `,"stroke":[]}`, `unknown field "stroke"`},
		{valid + `,"strokes":[[1]]}`, "pairs of x and y"},
		{valid + `,"strokes":[[1,2],[1,2,3]]}`, "stroke 1 has 3 numbers"},
		{valid + `,"strokes":[1,2]}`, "not a question in JSON"},
		{valid + `,"strokes":[[1,null]]}`, "null"},
		{valid + `,"strokes":[["1","2"]]}`, "not a question in JSON"},
		{valid + `,"strokes":[[1,1e7]]}`, "beyond ±1e6"},
		{valid + `,"strokes":[[1,1e999]]}`, "not a question in JSON"},
		{valid + `,"strokes":[[1,NaN]]}`, "not a question in JSON"},
		{valid + `,"strokes":[` + fmt.Sprint(strings.ReplaceAll(fmt.Sprint(many), " ", ",")) + `]}`, "points: 10001"},
		{valid + `,"c":0}`, "c: 0"},
		{valid + `,"c":0.0999}`, "c: 0.0999"},
		{valid + `,"c":-1}`, "c: -1"},
		{valid + `,"c":100.5}`, "expected 0.1 to 100"},
		{valid + `,"softmax":-0.1}`, "c of the softmax"},
		{valid + `,"softmax":101}`, "c of the softmax"},
		{valid + `,"output":10}`, "output: 10"},
		{valid + `,"output":-2}`, "output: -2"},
		{valid + `,"output":1.5}`, "not a question in JSON"},
		{valid + `,"neuron":3}`, "neuron 3 of 3"},
		{valid + `,"neuron":-2}`, "neuron -2"},
		{valid + `,"test":200}`, "test digit 200 of 200"},
		{valid + `,"test":-2}`, "test digit -2"},
		{valid + `,"do":"learn"}`, `nothing is called "learn"`},
		{valid + `,"do":"train","n":1001}`, "expected 0 to 1000"},
		{valid + `,"do":"train","n":-1}`, "n: -1"},
		{valid + `,"do":"teach","n":10}`, "n: 10"},
		{valid + `,"do":"sample","n":-1}`, "n: -1"},
		{valid + `,"do":"forget","n":1}`, "n: 1"},
		{valid + `,"n":1}`, "n: 1"},
		{valid + `,"perceptrons":"yes"}`, "not a question in JSON"},
		{strings.Repeat("[", 100_000), "not a question in JSON"},
	} {
		status, text := room.ask([]byte(row.question))
		var refusal struct {
			Error  string
			Status int
		}
		short := row.question[:min(len(row.question), 60)]
		if err := json.Unmarshal(text, &refusal); err != nil || status != 400 || refusal.Status != 400 {
			t.Errorf("%s: status %d, %s, %v", short, status, text, err)
		} else if !strings.Contains(refusal.Error, row.sentence) {
			t.Errorf("%s: %q; want %q in it", short, refusal.Error, row.sentence)
		}
	}
	if status, text := askAnything(t, room, fields{"key": "a key that nobody has"}); status != 410 {
		t.Errorf("an unknown key: status %d, %s", status, text)
	}
}

func TestNetworksThatCannotBeShownOrTaughtSaySo(t *testing.T) {
	room := newRoom(t, 3)
	net := room.first.net
	net.Hidden, net.Output = nndl.Perceptrons, nndl.Perceptrons
	ask(t, room, fields{"do": "begin"})
	ask(t, room, fields{"do": "train", "n": 200}) // tests it, which can be done
	for _, q := range []fields{{"do": "train", "n": 10}, {"do": "teach", "strokes": seven}} {
		if status, text := askAnything(t, room, q); status != 400 || !bytes.Contains(text, []byte("perceptron")) {
			t.Errorf("%v: status %d, %s", q, status, text)
		}
	}
	net.Hidden, net.Output = nndl.SigmoidNeurons, nndl.LinearNeurons
	for k := range net.Weights[1][0] {
		net.Weights[1][0][k] = 1e308
	}
	ask(t, room, fields{"do": "begin"})
	status, text := askAnything(t, room, fields{"strokes": seven})
	if status != 400 || !bytes.Contains(text, []byte("Inf")) {
		t.Errorf("infinite z: status %d, %s", status, text)
	}
}

func FuzzAsk(f *testing.F) {
	for _, q := range []string{
		`{"key":"0123456789abcdef","do":"begin"}`,
		`{"key":"0123456789abcdef","strokes":[[300,250,720,220],[420,500]],"c":2.5,"neuron":2,"full":true}`,
		`{"key":"0123456789abcdef","test":3,"perceptrons":true,"shares":true,"softmax":0,"output":9}`,
		`{"key":"0123456789abcdef","do":"train","n":30}`,
		`{"key":"0123456789abcdef","strokes":[[1e6,-1e6,1e-300,0]],"do":"teach","n":7}`,
		`{"key":"0123456789abcdef","do":"misread","test":199}`,
		`{"key":"0123456789abcdef","do":"export"}`,
	} {
		f.Add([]byte(q))
	}
	room := newRoom(f, 3)
	begin(f, room, 200)
	f.Fuzz(func(t *testing.T, question []byte) {
		status, text := room.ask(question)
		var a struct{ Error string }
		if err := json.Unmarshal(text, &a); err != nil || (status == 200) != (a.Error == "") {
			t.Errorf("status %d, %s: %v", status, text, err)
		}
		if len(room.open) > room.room {
			t.Errorf("%d networks, room for %d", len(room.open), room.room)
		}
	})
}
