//go:build !js

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// A chromium is a browser without a window, steered by the Chrome DevTools Protocol over two pipes: it reads commands
// from its file descriptor 3 and writes answers and events to 4, each in JSON and ended by a NUL byte.
type chromium struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser

	mu      sync.Mutex
	last    int                  // the number of the last command
	answers map[int]chan message // for the commands that wait for one
	noise   []string             // what pages wrote to their consoles, and errors there
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct{ Message string }
}

// startChromium starts a browser that ends with the test. It skips the test if there is none.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	for _, name := range []string{"chromium-browser", "google-chrome"} {
		if err != nil {
			path, err = exec.LookPath(name)
		}
	}
	if err != nil {
		t.Skip("there is no chromium, chromium-browser or google-chrome on the PATH")
	}
	args := []string{"--headless=new", "--remote-debugging-pipe", "--no-first-run", "--user-data-dir=" + t.TempDir()}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // which Chromium does not set up for root
	}
	theirIn, in, errIn := os.Pipe()
	out, theirOut, errOut := os.Pipe()
	if err := errors.Join(errIn, errOut); err != nil {
		t.Fatal(err)
	}
	b := &chromium{t: t, in: in, cmd: exec.Command(path, args...), answers: map[int]chan message{}}
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	go b.listen(out)
	t.Cleanup(func() {
		b.call("", "Browser.close", nil, nil)
		b.cmd.Wait()
	})
	return b
}

// listen takes what the browser writes, until it ends.
func (b *chromium) listen(out io.ReadCloser) {
	defer out.Close()
	for r := bufio.NewReader(out); ; {
		text, err := r.ReadBytes(0)
		if err != nil {
			break
		}
		var m message
		json.Unmarshal(text[:len(text)-1], &m)
		b.mu.Lock()
		switch m.Method {
		case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
			b.noise = append(b.noise, string(m.Params))
		}
		if answer := b.answers[m.ID]; answer != nil {
			answer <- m
			delete(b.answers, m.ID)
		}
		b.mu.Unlock()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, answer := range b.answers {
		close(answer)
	}
	b.answers = nil
}

// call gives the browser, or the page of a session, a command, and waits for its result.
func (b *chromium) call(session, method string, params, result any) {
	b.t.Helper()
	answer := make(chan message, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	if b.answers != nil {
		b.answers[id] = answer
	} else {
		close(answer)
	}
	b.mu.Unlock()
	command := map[string]any{"id": id, "method": method, "params": params}
	if session != "" {
		command["sessionId"] = session
	}
	text, _ := json.Marshal(command)
	b.in.Write(append(text, 0))
	m, ok := <-answer
	switch {
	case !ok && method != "Browser.close":
		b.t.Fatalf("%s: the browser has ended", method)
	case m.Error != nil:
		b.t.Fatalf("%s: %s", method, m.Error.Message)
	case result != nil && json.Unmarshal(m.Result, result) != nil:
		b.t.Fatalf("%s: %s", method, m.Result)
	}
}

// A window shows a page.
type window struct {
	*chromium
	session string
}

func (p *window) do(method string, params map[string]any) {
	p.t.Helper()
	p.call(p.session, method, params, nil)
}

// open opens a page of this size.
func (b *chromium) open(url string, width, height int) *window {
	b.t.Helper()
	var target struct{ TargetID string }
	var session struct{ SessionID string }
	b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	p := &window{b, session.SessionID}
	for _, domain := range []string{"Page", "Runtime", "Log"} {
		p.do(domain+".enable", nil)
	}
	p.size(width, height)
	p.do("Page.navigate", map[string]any{"url": url})
	return p
}

func (p *window) size(width, height int) {
	p.do("Emulation.setDeviceMetricsOverride",
		map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
}

// eval evaluates an expression of JavaScript in the page and puts its value into result.
func (p *window) eval(expression string, result any) {
	p.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	p.call(p.session, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true,
		"awaitPromise": true}, &r)
	if r.ExceptionDetails != nil {
		p.t.Fatalf("%s: %s", expression, r.ExceptionDetails)
	}
	if result != nil && json.Unmarshal(r.Result.Value, result) != nil {
		p.t.Fatalf("%s is %s", expression, r.Result.Value)
	}
}

// until waits until an expression is true, for as long as the test may take.
func (p *window) until(condition string) {
	p.t.Helper()
	deadline, limited := p.t.Deadline()
	for done := false; ; time.Sleep(10 * time.Millisecond) {
		p.eval(fmt.Sprintf("(() => { try { return Boolean(%s) } catch { return false } })()", condition), &done)
		if done {
			return
		}
		if limited && time.Until(deadline) < 5*time.Second {
			p.t.Fatalf("it never came true: %s", condition)
		}
	}
}
