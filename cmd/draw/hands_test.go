//go:build !js

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nndl"
)

// What hands and keyboards do that is not in the order of a script.
func TestHands(t *testing.T) {
	p := startChromium(t).open(startServer(t, "-hidden", "10").url, 1280, 800)
	p.until("shown")
	p.eval("training = false", nil)
	for _, row := range []struct {
		name string
		test func(*testing.T, *window)
	}{
		{"undo or Clear while the pen is down", undoWhileDown},
		{"answers that come late", lateAnswers},
		{"a release that never comes", lostRelease},
		{"a palm", palm},
		{"undo on every keyboard", undoByKeyboard},
		{"arrows with Alt", arrowsWithAlt},
		{"the address of the export", exportAddress},
	} {
		t.Run(row.name, func(t *testing.T) {
			p.t = t
			row.test(t, p)
		})
	}
	p.t = t
}

// hand is what a mouse, or a pen, does at x and y, in hundredths of the sheet. buttons are those that are down: 1 for
// the left one, 2 for the right one.
func (p *window) hand(kind, device string, x, y float64, buttons int) {
	p.t.Helper()
	button := "none"
	if kind != "mouseMoved" {
		button = "left"
	}
	left, top, width := p.middle("#paper")
	p.do("Input.dispatchMouseEvent", map[string]any{"type": kind, "pointerType": device, "clickCount": 1,
		"x": left + (x/100-0.5)*width, "y": top + (y/100-0.5)*width, "button": button, "buttons": buttons})
}

func (p *window) down(x, y float64) { p.t.Helper(); p.hand("mousePressed", "mouse", x, y, 1) }
func (p *window) move(x, y float64, buttons int) {
	p.t.Helper()
	p.hand("mouseMoved", "mouse", x, y, buttons)
}
func (p *window) up(x, y float64) { p.t.Helper(); p.hand("mouseReleased", "mouse", x, y, 0) }

// touch is what a finger, or a palm, does in the middle of the sheet.
func (p *window) touch(kind string) {
	p.t.Helper()
	x, y, _ := p.middle("#paper")
	points := []any{map[string]any{"x": x, "y": y}}
	if kind == "touchEnd" || kind == "touchCancel" {
		points = []any{}
	}
	p.do("Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": points})
}

// The modifiers of a key.
const (
	alt = 1 << iota
	ctrl
	command
	shift
)

// key presses a key that means key and stands where code is on an American keyboard.
func (p *window) key(key, code string, modifiers int) {
	p.t.Helper()
	for _, kind := range []string{"rawKeyDown", "keyUp"} {
		p.do("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "code": code, "modifiers": modifiers})
	}
}

// has fails the test unless, all being answered, the drawing has these strokes, given by where they begin, the sheet
// shows it and nothing else, and the network has seen it.
func (p *window) has(what string, want ...[2]int) {
	p.t.Helper()
	p.rest()
	var got struct {
		Begin   [][2]int
		Strokes json.RawMessage
		Test    int
		Pixels  []byte
		Same    bool
	}
	p.eval(`(() => {
		const before = sheet.toDataURL();
		showSheet();
		return { Begin: strokes.map(([x, y]) => [Math.round(x / 10), Math.round(y / 10)]), Strokes: strokes, Test: test,
			Pixels: shown.Pixels, Same: before === sheet.toDataURL() } })()`, &got)
	if fmt.Sprint(got.Begin) != fmt.Sprint(want) || got.Test != -1 {
		p.t.Errorf("%s: the strokes begin at %v, want %v; the test digit is %d", what, got.Begin, want, got.Test)
	}
	q, err := parse([]byte(`{"key":"` + anyKey + `","strokes":` + string(got.Strokes) + `}`))
	if err != nil {
		p.t.Fatal(err)
	}
	if seen := q.digit(nndl.Digits{}).Pixels; string(seen) != string(got.Pixels) {
		p.t.Errorf("%s: what the network saw is not what is drawn", what)
	}
	if !got.Same {
		p.t.Errorf("%s: the sheet does not show the drawing", what)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.noise) > 0 {
		p.t.Errorf("%s: in the console: %s", what, p.noise)
	}
	p.noise = nil
}

var one, two = [2]int{20, 20}, [2]int{60, 20}

// drawOne draws a stroke on an empty sheet that cannot be undone further.
func (p *window) drawOne() {
	p.t.Helper()
	p.eval(`change(clear()), past = []`, nil)
	p.write([][]float64{{20, 20, 40, 80}}, false)
}

func undoWhileDown(t *testing.T, p *window) {
	undo := func() { p.key("z", "KeyZ", ctrl) }
	for _, row := range []struct {
		what            string
		does            func()
		strokes, undone [][2]int
	}{
		{"undo", undo, [][2]int{one}, nil},
		{"Clear", func() { p.eval(`$("clear").click()`, nil) }, nil, [][2]int{one, two}},
	} {
		p.drawOne()
		p.down(60, 20)
		p.move(60, 50, 1)
		row.does()
		p.move(80, 50, 1)
		p.move(80, 90, 1)
		p.up(80, 90)
		p.has(row.what+" while the pen is down", row.strokes...)
		undo()
		p.has(row.what+", then undo", row.undone...)
		p.eval("past = []", nil)
	}
	p.eval(`change(clear()), past = []`, nil)
	p.down(60, 20)
	undo()
	p.move(80, 50, 1)
	p.up(80, 50)
	p.has("undo in the first stroke")
	p.drawOne()
	first, again := "", ""
	p.eval("JSON.stringify(strokes)", &first)
	p.down(60, 20)
	p.move(60, 50, 1)
	undo()
	p.move(80, 50, 1)
	p.up(80, 50)
	p.eval("JSON.stringify(strokes)", &again)
	same(t, "the first stroke when the second is undone", again, first)
}

// Answers are held back. What a hand does before they come counts.
func lateAnswers(t *testing.T, p *window) {
	p.eval(`{
		window.asked = [];
		const real = fetch;
		window.fetch = async (url, options) => {
			asked.push(JSON.parse(options.body));
			const reply = await real(url, options);
			await window.held;
			return reply;
		};
	}`, nil)
	hold := func() { p.eval("asked = []; held = new Promise((free) => (window.free = free)); 0", nil) }
	sample := func() { p.eval(`$("samples").children[3].click()`, nil) }
	free := func() { p.eval("free()", nil) }

	p.eval(`change(clear()), past = []`, nil)
	p.rest()
	hold()
	sample()
	p.down(20, 20)
	p.move(30, 50, 1)
	free()
	p.until("!asking")
	p.move(40, 80, 1)
	p.up(40, 80)
	p.has("a sample that comes when a stroke has begun", one)

	hold()
	sample()
	p.eval(`$("clear").click()`, nil)
	free()
	p.has("a sample that comes after Clear")

	p.drawOne()
	hold()
	p.eval(`$("samples").children[3].click(); $("samples").children[5].click()`, nil)
	free()
	p.rest()
	label := 0
	p.eval("shown.Label", &label)
	same(t, "of two samples in haste, the one that is shown", label, 5)
	p.key("z", "KeyZ", ctrl)
	p.has("two samples in haste, undone", one)

	hold()
	p.eval("change()", nil)                       // a question is under way ...
	p.eval(`$("teach").children[3].click()`, nil) // ... when it is taught ...
	p.down(60, 20)                                // ... and the next stroke begins
	p.move(60, 50, 1)
	p.up(60, 50)
	free()
	p.has("a stroke after a lesson", one, two)
	taught := 0
	p.eval(`asked.find((q) => q.do === "teach").strokes.length`, &taught)
	same(t, "strokes of the drawing that was taught", taught, 1)
}

// A menu, another window or another button may take the release of the pen.
func lostRelease(t *testing.T, p *window) {
	for name, buttons := range map[string]int{"no button": 0, "the right button": 2} {
		p.eval(`change(clear()), past = []`, nil)
		p.down(20, 20)
		p.move(40, 80, 1)
		p.move(80, 50, buttons)
		p.move(80, 90, buttons)
		length := 0
		p.eval("strokes[0].length", &length)
		same(t, "numbers of a stroke after movements with "+name+" down", length, 4)
		p.down(60, 20)
		p.move(60, 50, 1)
		p.up(60, 50)
		p.has("the next press", one, two)
	}
	p.drawOne()
	p.down(20, 20)
	p.down(60, 20)
	p.up(60, 20)
	p.has("a press after another", one, one, two)
}

// A palm rests on the glass before the pen comes, or the system takes the palm for what it is.
func palm(t *testing.T, p *window) {
	p.eval(`change(clear()), past = []`, nil)
	p.do("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": true})
	pen := func(end bool) {
		p.hand("mousePressed", "pen", 20, 20, 1)
		p.hand("mouseMoved", "pen", 40, 80, 1)
		if end {
			p.hand("mouseReleased", "pen", 40, 80, 0)
		}
	}
	p.touch("touchStart")
	p.touch("touchMove")
	pen(true)
	p.touch("touchMove")
	p.touch("touchEnd")
	p.has("the pen beside a palm", one)
	p.key("z", "KeyZ", ctrl)
	p.has("undone")
	pen(false)
	p.touch("touchStart")
	p.touch("touchMove")
	p.touch("touchEnd")
	p.hand("mouseReleased", "pen", 40, 80, 0)
	p.has("a palm beside the pen", one)
	p.touch("touchStart")
	p.touch("touchCancel")
	p.has("a palm that the system takes away", one)
}

// Undo is Ctrl-Z, or Command-Z, on every keyboard, also with Caps Lock.
func undoByKeyboard(t *testing.T, p *window) {
	for _, row := range []struct {
		keyboard, key, code string
		modifiers           int
		undoes              bool
	}{
		{"American", "z", "KeyZ", ctrl, true},
		{"of a Mac", "z", "KeyZ", command, true},
		{"with Caps Lock", "Z", "KeyZ", ctrl, true},
		{"German", "z", "KeyY", ctrl, true},
		{"French", "z", "KeyW", ctrl, true},
		{"Dvorak", "z", "Slash", ctrl, true},
		{"Russian", "я", "KeyZ", ctrl, true},
		{"Greek", "ζ", "KeyZ", ctrl, true},
		{"Hebrew", "ז", "KeyZ", ctrl, true},
		{"Arabic", "ئ", "KeyZ", ctrl, true},
		{"without Ctrl", "z", "KeyZ", 0, false},
		{"German: redo", "y", "KeyZ", ctrl, false},
		{"Dvorak: another key", ";", "KeyZ", ctrl, false},
		{"redo", "Z", "KeyZ", ctrl | shift, false},
		{"Polish: ż by AltGr", "ż", "KeyZ", ctrl | alt, false},
	} {
		p.drawOne()
		p.key(row.key, row.code, row.modifiers)
		p.rest()
		undone := false
		p.eval("strokes.length === 0", &undone)
		same(t, "undone by "+row.keyboard, undone, row.undoes)
	}
}

// Alt and an arrow lead a browser back: in a toolbar they move nothing.
func arrowsWithAlt(t *testing.T, p *window) {
	for modifiers, moved := range map[int]bool{0: true, alt: false, ctrl: false, command: false} {
		p.eval(`$("samples").firstChild.focus()`, nil)
		p.key("ArrowRight", "ArrowRight", modifiers)
		elsewhere := false
		p.eval(`document.activeElement !== $("samples").firstChild`, &elsewhere)
		same(t, fmt.Sprintf("moved by an arrow with modifiers %d", modifiers), elsewhere, moved)
	}
}

// Some browsers take an address that ends with its click for a download that was called off.
func exportAddress(t *testing.T, p *window) {
	p.call("", "Browser.setDownloadBehavior", map[string]any{"behavior": "deny"}, nil)
	p.eval(`window.ended = 0; window.later = [];
		URL.revokeObjectURL = () => ended++;
		window.setTimeout = (f) => later.push(f);
		$("export").click()`, nil)
	p.rest()
	var ended, after int
	p.eval("ended", &ended)
	p.eval("later.forEach((f) => f()), ended", &after)
	same(t, "addresses that have ended, at the click and later", [2]int{ended, after}, [2]int{0, 1})
}

// What a page in one file lacks, or what its browser lacks, is said in its note.
func TestFailuresOfTheOneFileAreSaid(t *testing.T) {
	text, err := os.ReadFile(needOneFile(t))
	if err != nil {
		t.Fatal(err)
	}
	browser := startChromium(t)
	whole := string(text)
	worker := `<script type="text/plain" id="worker">`
	data := func(id string) int {
		return strings.Index(whole, `id="`+id+`">`) + len(`id="`+id+`">`)
	}
	for _, row := range []struct{ what, page, says string }{
		{"no WebAssembly", strings.Replace(whole, worker, worker+"delete self.WebAssembly;", 1), "WebAssembly"},
		{"no DecompressionStream", strings.Replace(whole, worker, worker+"delete self.DecompressionStream;", 1),
			"DecompressionStream"},
		{"no Worker", strings.Replace(whole, "<head>", "<head><script>delete window.Worker</script>", 1), "Worker"},
		{"a worker that cannot be read", strings.Replace(whole, worker, worker+"{", 1), "SyntaxError"},
		{"a program with a wrong letter", whole[:data("wasm")+9000] + "!" + whole[data("wasm")+9001:], "atob"},
		{"a program cut short", whole[:data("wasm")+9000] + "</script>" + whole[data("wasm")+9001:], ""},
		{"digits that are none", whole[:data("digits")] + "AAAA" + whole[data("digits")+4:], ""},
		{"a start that says nothing", whole[:data("start")] + pack([]byte("{")) + "</script><script>" +
			whole[data("start"):], "ended with status 2"},
		{"a file cut short", whole[:len(whole)/2], "This page takes"},
		{"a script that cannot be read", strings.Replace(whole, "let strokes =", "let let strokes =", 1), "This page takes"},
	} {
		path := filepath.Join(t.TempDir(), "draw.html")
		writeFile(t, path, row.page)
		p := browser.open("file://"+path, 1280, 800)
		p.until(`document.readyState === "complete"`)
		p.until(`document.getElementById("note").textContent`)
		note := ""
		p.eval(`document.getElementById("note").textContent`, &note)
		t.Logf("%s: %s", row.what, note)
		if !strings.Contains(note, row.says) {
			t.Errorf("%s: the note says %q; want something of %q", row.what, note, row.says)
		}
	}
}
