//go:build !js

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"nndl"
)

// handwriting has a drawing of every digit, its strokes in hundredths of the sheet.
var handwriting = [10][][]float64{
	{{52, 20, 36, 28, 30, 50, 36, 72, 52, 80, 66, 70, 70, 48, 64, 28, 52, 20}},
	{{44, 34, 56, 20, 54, 50, 52, 82}},
	{{32, 34, 42, 22, 58, 22, 64, 36, 54, 56, 32, 78, 50, 78, 70, 77}},
	{{34, 26, 50, 20, 63, 30, 58, 44, 46, 49, 62, 56, 66, 68, 52, 80, 34, 76}},
	{{42, 20, 32, 52, 50, 52, 70, 50}, {62, 30, 60, 56, 57, 84}},
	{{64, 22, 40, 23, 37, 46, 52, 44, 65, 56, 62, 72, 48, 80, 34, 74}},
	{{58, 18, 42, 34, 34, 58, 38, 76, 52, 81, 62, 70, 56, 57, 44, 58, 37, 66}},
	{{32, 24, 50, 23, 68, 22, 58, 46, 50, 64, 46, 82}},
	{{62, 28, 50, 20, 40, 28, 46, 42, 58, 54, 62, 68, 50, 79, 39, 70, 44, 54, 58, 42, 62, 28}},
	{{64, 32, 52, 22, 38, 32, 40, 46, 54, 47, 64, 32, 62, 54, 56, 82}},
}

// middle returns where the middle of an element is, and its width.
func (p *window) middle(selector string) (x, y, width float64) {
	p.t.Helper()
	var box [3]float64
	p.eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({ block: "nearest" });
		const b = e.getBoundingClientRect();
		return [b.x + b.width / 2, b.y + b.height / 2, b.width] })()`, selector), &box)
	return box[0], box[1], box[2]
}

func (p *window) mouse(kind string, x, y float64) {
	p.t.Helper()
	p.do("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1,
		"buttons": strings.Count(kind, "mousePressed") + strings.Count(kind, "mouseMoved")})
}

// click clicks on an element.
func (p *window) click(selector string) {
	p.t.Helper()
	x, y, _ := p.middle(selector)
	p.mouse("mousePressed", x, y)
	p.mouse("mouseReleased", x, y)
}

// write draws strokes on the sheet of a page, by mouse or by touch.
func (p *window) write(strokes [][]float64, touch bool) {
	p.t.Helper()
	x, y, width := p.middle("#paper")
	at := func(kind string, px, py float64) {
		px, py = x+(px/100-0.5)*width, y+(py/100-0.5)*width
		switch touches := []any{map[string]any{"x": px, "y": py}}; {
		case !touch:
			kinds := map[string]string{"Start": "mousePressed", "Move": "mouseMoved", "End": "mouseReleased"}
			p.mouse(kinds[kind], px, py)
		case kind == "End":
			p.do("Input.dispatchTouchEvent", map[string]any{"type": "touchEnd", "touchPoints": []any{}})
		default:
			p.do("Input.dispatchTouchEvent", map[string]any{"type": "touch" + kind, "touchPoints": touches})
		}
	}
	for _, s := range strokes {
		at("Start", s[0], s[1])
		for k := 2; k < len(s); k += 2 {
			at("Move", (s[k-2]+s[k])/2, (s[k-1]+s[k+1])/2)
			at("Move", s[k], s[k+1])
		}
		at("End", s[len(s)-2], s[len(s)-1])
	}
	p.rest()
}

// rest waits until all is asked and shown.
func (p *window) rest() {
	p.t.Helper()
	p.until("!asking && !changed && waiting.length === 0 && !training")
}

// bars returns the ten numbers beside the bars, and the digit that the page says it reads.
func (p *window) bars() (numbers []string, answer string) {
	p.t.Helper()
	p.eval(`[...document.querySelectorAll("#bars output")].map((o) => o.textContent)`, &numbers)
	p.eval(`document.querySelector("#answer b")?.textContent ?? ""`, &answer)
	return numbers, answer
}

// likeGo fails the test unless the bars show what the network of room makes of the drawing, give or take rounding.
func (p *window) likeGo(room *tabs, question fields) (answer string) {
	p.t.Helper()
	var strokes [][]float64
	p.eval("strokes", &strokes)
	question["strokes"] = strokes
	want := ask(p.t, room, question).Thought
	shown, answer := p.bars()
	for j, text := range shown {
		got, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(got-want.Outputs[j]) > 0.0011 {
			p.t.Errorf("output %d shows %q, is %v", j, text, want.Outputs[j])
		}
	}
	if !want.Tie && answer != fmt.Sprint(want.Answer) || want.Tie && answer != "" {
		p.t.Errorf("it reads %q, Go a %d; a tie: %v", answer, want.Answer, want.Tie)
	}
	var aloud string // the sentence as it is shown and read out
	p.eval(`document.querySelector("#answer").innerText`, &aloud)
	if !want.Tie && !regexp.MustCompile(`^It reads (a [0-79]|an 8)( but is not sure)?$`).MatchString(aloud) {
		p.t.Errorf("the page says %q", aloud)
	}
	return answer
}

const testEpochs = 1

// trainedRoom returns what a page has when it is trained: the default network after testEpochs.
func trainedRoom(t *testing.T) *tabs {
	d := &digits{Tests: drawnTests, Training: drawnTraining}
	for d.undrawn() > 0 {
		d.draw()
	}
	room, err := newTabs(&start{Hidden: []int{30}, Digits: d})
	if err != nil {
		t.Fatal(err)
	}
	p := ask(t, room, fields{"do": "begin"}).Progress
	for p.Epoch < testEpochs || p.Tested < d.Tests {
		p = ask(t, room, fields{"do": "train", "n": 1000}).Progress
	}
	return room
}

func TestThePageInABrowser(t *testing.T) {
	browser := startChromium(t)
	room := trainedRoom(t)
	t.Run("served", func(t *testing.T) {
		browser.t = t
		usePage(t, browser, room, startServer(t).url)
	})
	t.Run("with 100 hidden neurons", func(t *testing.T) {
		browser.t = t
		p := browser.open(startServer(t, "-hidden", "100").url, 1280, 800)
		p.until("shown")
		p.eval("until = 0; training = false", nil)
		p.rest()
		p.write(handwriting[7], false)
		p.click("#teach button:nth-child(4)")
		p.rest()
		p.fits()
	})
	t.Run("where training does not get on", func(t *testing.T) {
		browser.t = t
		p := browser.open(startServer(t, "-hidden", "30,30,30,30,30,30").url, 1280, 800)
		p.until(`$("training-says").textContent === "It reads little because it has too many layers."`)
		p.eval("training = false", nil)
		p.rest()
		p.fits()
	})
	t.Run("one file", func(t *testing.T) {
		browser.t = t
		usePage(t, browser, room, "file://"+needOneFile(t))
	})
	t.Run("one file with MNIST and a network", func(t *testing.T) {
		browser.t = t
		needOneFile(t)
		carryAlong(t, browser)
	})
	browser.t = t
}

// carryAlong opens a file that was written with -data and -load. The page must have the digits and the network of
// these.
func carryAlong(t *testing.T, browser *chromium) {
	dir := t.TempDir()
	digits := nndl.DrawDigits(160, 5)
	room := newRoom(t, 7)
	begin(t, room, 200)
	ask(t, room, fields{"do": "train", "n": 200})
	writeMNIST(t, dir, digits)
	net := writeFile(t, filepath.Join(dir, "net.json"), string(ask(t, room, fields{"do": "export"}).File))
	path := filepath.Join(dir, "draw.html")
	if status, _, stderr := draw(context.Background(), "-data", dir, "-load", net, "-o", path); status != 0 {
		t.Fatal(stderr)
	}
	p := browser.open("file://"+path, 1280, 800)
	p.until("scores.length > 0")
	p.click("#pause")
	p.rest()
	p.click("#samples button:nth-child(4)")
	p.rest()
	var got [4]int
	p.eval("[shown.Training, shown.Tests, scores[0].epoch, shown.Sizes[1]]", &got)
	same(t, "digits, test digits, epoch, hidden neurons", got, [4]int{100, 40, 1, 7})
	var pixels []byte
	p.eval("shown.Pixels", &pixels)
	same(t, "the first 3 of the test digits", pixels, digits.Image(123))
}

// usePage does with a page what a person would.
func usePage(t *testing.T, browser *chromium, room *tabs, url string) {
	p := browser.open(url, 1280, 800)
	p.until("shown")
	p.eval(fmt.Sprintf("until = %d", testEpochs), nil)
	p.until("!training")
	p.rest()
	right := 0
	for digit, strokes := range handwriting {
		p.click("#clear")
		p.write(strokes, false)
		if p.likeGo(room, fields{}) == fmt.Sprint(digit) {
			right++
		}
	}
	if right < 8 {
		t.Errorf("%d of 10 digits are read", right)
	}
	p.fits()
	turnC(t, p, room)
	choose(t, p)
	undo(t, p)
	teachAndForget(t, p)
	export(t, p, room)
	samples(t, p)
	onAPhone(t, p, room)
	browser.mu.Lock()
	defer browser.mu.Unlock()
	if len(browser.noise) > 0 {
		t.Errorf("in the console: %s", browser.noise)
	}
	browser.noise = nil
}

// fits fails the test if the page scrolls.
func (p *window) fits() {
	p.t.Helper()
	fits := false
	p.eval(`(({ scrollHeight, clientWidth }) => scrollHeight <= innerHeight && clientWidth === innerWidth)(
		document.documentElement)`, &fits)
	if !fits {
		p.t.Error("the page scrolls")
	}
}

// press presses a key on the element that has the focus.
func (p *window) press(key string, code int) {
	p.t.Helper()
	for _, kind := range []string{"rawKeyDown", "keyUp"} {
		p.do("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "windowsVirtualKeyCode": code})
	}
	p.rest()
}

func turnC(t *testing.T, p *window, room *tabs) {
	p.eval(`$("c").focus()`, nil)
	p.press("ArrowRight", 39)
	p.likeGo(room, fields{"c": math.Pow(10, 1.0/20)})
	p.press("End", 35)
	p.likeGo(room, fields{"perceptrons": true})
	between := 0
	p.eval(`shown.Thought.A.filter((a) => a !== 0 && a !== 1).length`, &between)
	if between > 0 {
		t.Errorf("%d hidden perceptrons answer neither 0 nor 1", between)
	}
	p.eval(`$("c").value = 21; $("c").oninput(); $("shares").click(); $("softmax").focus()`, nil)
	p.press("Home", 36)
	p.likeGo(room, fields{"shares": true, "softmax": 0})
	p.explains("Why?", "Among equals one output is explained")
	p.eval(`$("shares").click()`, nil)
	p.rest()
	p.likeGo(room, fields{})
}

// explains fails the test, which says what is wrong, unless the page explains what has this title.
func (p *window) explains(title, wrong string) {
	p.t.Helper()
	shown := ""
	if p.eval(`$("map-title").textContent`, &shown); shown != title {
		p.t.Errorf("%s: %q, want %q", wrong, shown, title)
	}
}

// choose chooses an output, then by arrow keys a hidden neuron in the second row, and then neither.
func choose(t *testing.T, p *window) {
	_, answer := p.bars()
	p.click("#bars button:nth-child(4)")
	p.rest()
	p.explains("Why 3?", "The output that was chosen is not explained")
	p.eval(`$("tiles").firstChild.focus()`, nil)
	p.press("ArrowDown", 40)
	p.eval("document.activeElement.click()", nil)
	p.rest()
	p.explains("Neuron 6", "The arrow leads elsewhere than one row down")
	p.press("Escape", 27)
	p.explains("Why "+answer+"?", "Escape does not lead back")
}

func teachAndForget(t *testing.T, p *window) {
	before, _ := p.bars()
	tiles := ""
	p.eval("tiles.join()", &tiles)
	p.click("#teach button:nth-child(4)") // it was a 9
	p.rest()
	lesson := ""
	p.eval(`$("lesson").textContent`, &lesson)
	after, _ := p.bars()
	if !strings.Contains(lesson, "this is a 3") || after[3] <= before[3] {
		t.Errorf("%q; output 3 was %s, is %s", lesson, before[3], after[3])
	}
	p.eval(fmt.Sprintf(`until = %d; $("pause").click()`, testEpochs+1), nil)
	p.rest()
	label := ""
	if p.eval(`$("forget").textContent`, &label); label != fmt.Sprintf("Forget: to epoch %d", testEpochs) {
		t.Errorf("after more training the button says %q", label)
	}
	p.click("#forget")
	p.rest()
	again, _ := p.bars()
	sameTiles := false
	p.eval(fmt.Sprintf("tiles.join() === %q", tiles), &sameTiles)
	if strings.Join(again, " ") != strings.Join(before, " ") || !sameTiles {
		t.Errorf("forgotten, the bars are %v; before the lesson, %v; the same tiles: %v", again, before, sameTiles)
	}
}

func export(t *testing.T, p *window, room *tabs) {
	dir := t.TempDir()
	p.call("", "Browser.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": dir}, nil)
	p.click("#export")
	p.rest()
	saved, err := load(filepath.Join(dir, "net.json"))
	for err != nil { // until it has arrived whole, or the test takes too long
		p.until("true")
		saved, err = load(filepath.Join(dir, "net.json"))
	}
	net, err := saved.Network()
	if err != nil {
		t.Fatal(err)
	}
	want := room.open[0].net
	for j, w := range net.Weights[1] {
		for k := range w {
			if math.Abs(w[k]-want.Weights[1][j][k]) > 1e-6 {
				t.Fatalf("w^1_%d,%d is %v in the file, should be %v", j, k, w[k], want.Weights[1][j][k])
			}
		}
	}
}

// undo takes back a stroke, then what Clear did, and then the stroke again.
func undo(t *testing.T, p *window) {
	drawn, _ := p.bars()
	p.write([][]float64{{20, 20, 80, 80}}, false)
	p.click("#undo")
	p.rest()
	if got, _ := p.bars(); strings.Join(got, " ") != strings.Join(drawn, " ") {
		t.Errorf("the stroke undone, the bars are %v; before it they were %v", got, drawn)
	}
	p.click("#clear")
	p.rest()
	disabled := false
	if p.eval(`$("teach").firstChild.disabled && $("prompt").checkVisibility()`, &disabled); !disabled {
		t.Error("an empty sheet can be taught, or nothing says that it is there to be drawn on")
	}
	p.eval(`dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true }))`, nil)
	p.rest()
	if got, _ := p.bars(); strings.Join(got, " ") != strings.Join(drawn, " ") {
		t.Errorf("clearing undone, the bars are %v; before it they were %v", got, drawn)
	}
}

// samples takes a sample and a misread digit by keyboard.
func samples(t *testing.T, p *window) {
	p.eval(`$("samples").firstChild.focus()`, nil)
	p.press("ArrowRight", 39)
	p.eval("document.activeElement.click()", nil)
	p.rest()
	var label, misread, answer int
	p.eval("shown.Label", &label)
	p.click("#misread")
	p.rest()
	p.eval("shown.Label", &misread)
	p.eval("shown.Thought.Answer", &answer)
	if label != 1 || misread == answer {
		t.Errorf("a sample of a 1 is a %d; a misread %d is read as %d", label, misread, answer)
	}
}

// onAPhone draws by touch. It must not scroll the page, on whose first screen are sheet, answer and bars.
func onAPhone(t *testing.T, p *window, room *tabs) {
	p.size(390, 844)
	p.do("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": true})
	p.click("#clear")
	p.eval("scrollTo(0, 0)", nil)
	p.write(handwriting[2], true)
	p.likeGo(room, fields{})
	var phone struct {
		ScrollY, Bottom float64
		Wide            bool
		Small           json.RawMessage
	}
	p.eval(`({ ScrollY: scrollY, Bottom: $("bars").getBoundingClientRect().bottom,
		Wide: document.documentElement.scrollWidth > innerWidth,
		Small: [...document.querySelectorAll("button, input[type=range], label")].filter((e) => {
			const b = e.getBoundingClientRect();
			return b.width < 44 || b.height < 44;
		}).map((e) => e.outerHTML.slice(0, 80)) })`, &phone)
	if phone.ScrollY != 0 || phone.Bottom > 844 || phone.Wide || string(phone.Small) != "[]" {
		t.Errorf("scrolled by %v, bars down to %v, too wide: %v, small targets: %s", phone.ScrollY, phone.Bottom,
			phone.Wide, phone.Small)
	}
}
