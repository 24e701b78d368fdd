//go:build !js

package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nndl"
	"nndl/cmd/internal/netfile"
)

// draw runs the command and returns its exit status and what it printed.
func draw(ctx context.Context, args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(ctx, args, &out, &err)
	return status, out.String(), err.String()
}

// load returns the network that was exported to a file.
func load(path string) (*saved, error) {
	s := new(saved)
	return s, netfile.Read(path, 40_000_000, s)
}

func writeFile(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// writeMNIST writes the four files of MNIST with 120 digits to train and the others to test with.
func writeMNIST(t testing.TB, dir string, all nndl.Digits) {
	t.Helper()
	for prefix, d := range map[string]nndl.Digits{"train": all.Slice(0, 120), "t10k": all.Slice(120, all.Len())} {
		n := string([]byte{0, 0, 0, byte(d.Len())})
		images := "\x00\x00\x08\x03" + n + "\x00\x00\x00\x1c\x00\x00\x00\x1c" + string(d.Pixels)
		writeFile(t, filepath.Join(dir, prefix+"-images-idx3-ubyte"), images)
		writeFile(t, filepath.Join(dir, prefix+"-labels-idx1-ubyte"), "\x00\x00\x08\x01"+n+string(d.Labels))
	}
}

func TestFlagsThatMakeNoSense(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string { return writeFile(t, filepath.Join(dir, name), text) }
	small := file("small.json", `{"sizes":[2,1],"weights":[[[1,2]]],"biases":[[[0]]],"cost":"QuadraticCost"}`)
	for _, row := range []struct {
		args   []string
		status int
		line   string
	}{
		{[]string{"-x"}, 2, "flag provided but not defined: -x; -h lists the flags"},
		{[]string{"digits"}, 2, `"digits" is not a flag; -h lists the flags`},
		{[]string{"-hidden", "a"}, 2, "expected whole numbers from 1 to 1000, as in 100,30"},
		{[]string{"-hidden", "30,0"}, 2, "expected whole numbers from 1 to 1000"},
		{[]string{"-hidden", "30,,30"}, 2, "expected whole numbers from 1 to 1000"},
		{[]string{"-hidden", "null"}, 2, "expected whole numbers from 1 to 1000"},
		{[]string{"-hidden", "3.5"}, 2, "expected whole numbers from 1 to 1000"},
		{[]string{"-hidden", "99999999999999999999"}, 2, "expected whole numbers from 1 to 1000"},
		{[]string{"-hidden", "1001"}, 2, "expected whole numbers from 1 to 1000"},
		{[]string{"-hidden", "600,500"}, 1, "-hidden: layers [784 600 500 10] at epoch 0; expected"},
		{[]string{"-load", ""}, 1, "no such file"},
		{[]string{"-o", ""}, 1, "-o: a file without a name"},
		{[]string{"-addr", ""}, 2, "-addr without an address"},
		{[]string{"-data", ""}, 1, "missing train-images-idx3-ubyte"},
		{[]string{"-o", "x.html", "-addr", ":1"}, 2, "-o writes a file and -addr serves the page"},
		{[]string{"-load", small, "-hidden", "3"}, 2, "-hidden is for a new network"},
		{[]string{"-load", filepath.Join(dir, "none.json")}, 1, "no such file"},
		{[]string{"-load", dir}, 1, "it is a folder, not a file"},
		{[]string{"-load", file("empty.json", "")}, 1, "unexpected end of JSON input"},
		{[]string{"-load", file("null.json", "null")}, 1, "null.json: hidden"},
		{[]string{"-load", small}, 1, "small.json: layers [2 1] at epoch 0; expected 784 inputs"},
		{[]string{"-data", dir}, 1, "missing train-images-idx3-ubyte"},
		{[]string{"-data", small}, 1, "small.json is a file, not a folder"},
		{[]string{"-data=~/no-such-folder"}, 1, "-data: ~/no-such-folder is not there: the shell expands no ~"},
		{[]string{"-addr", "localhost"}, 1, "missing port"},
		{[]string{"-addr", "localhost:http-or-so"}, 1, "-addr localhost:http-or-so"},
	} {
		status, stdout, stderr := draw(context.Background(), row.args...)
		if status != row.status || stdout != "" || !strings.Contains(stderr, row.line) ||
			!strings.HasPrefix(stderr, "draw: ") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: status %d, output %q, error %q; want status %d and a line with %q", row.args, status, stdout,
				stderr, row.status, row.line)
		}
	}
	status, stdout, _ := draw(context.Background(), "-h")
	if status != 0 || !strings.Contains(stdout, "-hidden sizes") {
		t.Errorf("-h: status %d, %s", status, stdout)
	}
}

// started is the command under way as a server.
type started struct {
	url  string
	says string // its first line
	stop context.CancelFunc
	done chan int // its exit status
}

// startServer runs the command until the test ends.
func startServer(t testing.TB, args ...string) *started {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &started{stop: stop, done: make(chan int, 1)}
	out, in := io.Pipe()
	var stderr bytes.Buffer
	go func() {
		s.done <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), in, &stderr)
		in.Close()
	}()
	line := make([]byte, 200)
	n, _ := out.Read(line)
	s.says = string(line[:n])
	if s.url = regexp.MustCompile(`http://localhost:\d+`).FindString(s.says); s.url == "" {
		t.Fatalf("the command says %q, %q", s.says, stderr.String())
	}
	t.Cleanup(stop)
	return s
}

func TestCtrlCEndsTheServerWithStatus0(t *testing.T) {
	s := startServer(t)
	if _, err := http.Get(s.url); err != nil { // a connection that stays open
		t.Fatal(err)
	}
	s.stop()
	if status := <-s.done; status != 0 {
		t.Errorf("status %d", status)
	}
	if _, err := http.Get(s.url); err == nil {
		t.Error("it is still served")
	}
}

func TestWhoCanReachThePageIsSaid(t *testing.T) {
	for addr, all := range map[string]bool{"127.0.0.1:0": false, "0.0.0.0:0": true} {
		if s := startServer(t, "-addr", addr); strings.Contains(s.says, "to all who can reach this computer") != all {
			t.Errorf("-addr %s: %q", addr, s.says)
		}
	}
}

func TestThePageIsServed(t *testing.T) {
	mime.AddExtensionType(".js", "text/plain") // as the registry of some Windows computers has it
	server := httptest.NewServer(handler(newRoom(t, 3)))
	defer server.Close()
	for path, kind := range map[string]string{
		"/":         "text/html; charset=utf-8",
		"/page.css": "text/css; charset=utf-8",
		"/page.js":  "text/javascript; charset=utf-8",
	} {
		reply, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(reply.Body)
		reply.Body.Close()
		policy := reply.Header.Get("Content-Security-Policy")
		if reply.StatusCode != 200 || reply.Header.Get("Content-Type") != kind || len(text) < 1000 ||
			reply.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: status %d, %v, %d bytes", path, reply.StatusCode, reply.Header, len(text))
		}
		// No style or script that such a policy forbids, and nothing from elsewhere.
		inline := regexp.MustCompile(`<style|style=|<script>|\son\w+=|javascript:`).Find(text)
		if kind[5:9] == "html" && inline != nil {
			t.Errorf("%s has %q in it", path, inline)
		}
		outside := regexp.MustCompile(`https?://[^\s"']*`).FindAll(text, -1)
		for _, address := range outside {
			t.Errorf("%s names %s", path, address)
		}
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	h := handler(newRoom(t, 3))
	const page, question = "/", `{"key":"` + anyKey + `","do":"begin"}`
	type request struct {
		method, path, host, kind, body string
	}
	ask := func(host, kind, body string) request { return request{"POST", "/ask", host, kind, body} }
	for _, row := range []struct {
		r      request
		status int
	}{
		{ask("localhost", "application/json", question), 200},
		{ask("LOCALHOST:8421", "application/json; charset=utf-8", question), 200},
		{ask("127.0.0.1:8421", "application/json", question), 200},
		{ask("192.168.1.7", "application/json", question), 200},
		{ask("[::1]:8421", "application/json", question), 200},
		{ask("[fe80::1]", "application/json", question), 200},
		{ask("example.com", "application/json", question), 403},
		{ask("localhost.example.com:8421", "application/json", question), 403},
		{ask("127.0.0.1.example.com", "application/json", question), 403},
		{ask("127.0.0.1:example.com", "application/json", question), 403},
		{ask("localhost.", "application/json", question), 403},
		{ask("2130706433", "application/json", question), 403},
		{ask("", "application/json", question), 403},
		{request{"GET", page, "example.com", "", ""}, 403},
		{request{"GET", page, "localhost", "", ""}, 200},
		{ask("localhost", "", question), 415},
		{ask("localhost", "text/plain", question), 415},
		{ask("localhost", "application/x-www-form-urlencoded", question), 415},
		{ask("localhost", "application/json5", question), 415},
		{ask("localhost", "application/json", strings.Repeat(" ", 1<<20)+question), 413},
		{ask("localhost", "application/json", strings.Repeat(" ", 1<<20-100)+question), 200},
		{ask("localhost", "application/json", question[1:]), 400},
		{ask("localhost", "application/json", `{"key":"a key that nobody has"}`), 410},
		{request{"GET", "/ask", "localhost", "application/json", question}, 404},
		{request{"PUT", "/ask", "localhost", "application/json", question}, 405},
		{request{"POST", "/", "localhost", "application/json", question}, 405},
		{request{"GET", "/main.go", "localhost", "", ""}, 404},
		{request{"GET", "/../main.go", "localhost", "", ""}, 307},
	} {
		r := httptest.NewRequest(row.r.method, "http://localhost"+row.r.path, strings.NewReader(row.r.body))
		r.Host = row.r.host
		r.Header.Set("Content-Type", row.r.kind)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if short := fmt.Sprintf("%.100v", row.r); w.Code != row.status && (row.status != 307 || w.Code/100 != 3) {
			t.Errorf("%s: status %d, want %d: %.200s", short, w.Code, row.status, w.Body)
		} else if w.Code/100 == 4 && len(strings.Fields(w.Body.String())) < 3 {
			t.Errorf("%s: no sentence but %q", short, w.Body)
		}
	}
}

// Several clients at once, each with its own network, are all answered. BenchmarkClients measures how soon.
func TestClientsAtOnce(t *testing.T) {
	server := httptest.NewServer(handler(newRoom(t, 12)))
	defer server.Close()
	manyClients(t, server.URL, 8, 30)
}

// manyClients asks n questions from each of some clients and returns how long they took, in order. One in ten trains.
func manyClients(t testing.TB, url string, clients, n int) (took []time.Duration) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for k := range n {
				q := fields{"key": fmt.Sprintf("the key of client %d", i), "strokes": seven, "neuron": k % 10}
				if k == 0 {
					q["do"] = "begin"
				} else if k%10 == 0 {
					q["do"], q["n"] = "train", 200
				}
				question, _ := json.Marshal(q)
				began := time.Now()
				reply, err := client.Post(url+"/ask", "application/json", bytes.NewReader(question))
				if err != nil {
					t.Error(err)
					return
				}
				_, err = io.Copy(io.Discard, reply.Body)
				reply.Body.Close()
				if err != nil || reply.StatusCode != 200 {
					t.Errorf("client %d, question %d: status %d, %v", i, k, reply.StatusCode, err)
				}
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
				time.Sleep(25 * time.Millisecond) // as a hand that draws
			}
		}()
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

// How long 50 clients wait that ask for 10 seconds: the 50th and 99th percentile.
func BenchmarkClients(b *testing.B) {
	s := startServer(b)
	for range b.N {
		took := manyClients(b, s.url, 50, 400)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/p50")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
	}
}

// oneFilePage is the page as one file, written once for all tests, over an older one; "" if that takes what is not
// here.
var oneFilePage = sync.OnceValue(func() string {
	if _, err := exec.LookPath("go"); err != nil {
		return ""
	}
	dir, err := os.MkdirTemp("", "draw-test")
	if err != nil {
		panic(err)
	}
	path := filepath.Join(dir, "draw.html")
	if err := cmp.Or(os.WriteFile(path, []byte("old"), 0o640), os.Chmod(path, 0o640)); err != nil { // whatever the umask
		panic(err)
	}
	status, _, stderr := draw(context.Background(), "-o", path)
	if strings.Contains(stderr, "wasm_exec.js") {
		return "" // as toolchains that the go command itself fetched have none
	} else if status != 0 {
		panic(stderr)
	}
	return path
})

func TestMain(m *testing.M) {
	status := m.Run()
	if path := oneFileWritten; path != "" {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(status)
}

// oneFileWritten is oneFilePage, if a test wanted it.
var oneFileWritten string

// needOneFile returns the path of the page as one file.
func needOneFile(t testing.TB) string {
	t.Helper()
	if oneFileWritten = oneFilePage(); oneFileWritten == "" {
		t.Skip("there is no go on the PATH that can build WebAssembly for a page")
	}
	return oneFileWritten
}

func TestTheOneFile(t *testing.T) {
	path := needOneFile(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 1_500_000 {
		t.Errorf("%d bytes; it should have at most 1.5 MB", len(text))
	}
	for _, part := range []string{"Redistribution and use in source and binary", `id="wasm"`, "globalThis.Go = class"} {
		if !bytes.Contains(text, []byte(part)) {
			t.Errorf("there is no %q in it", part)
		}
	}
	if outside := regexp.MustCompile(`(?:src|href)="(?:https?:|//|\w+\.)[^"]*"`).Find(text); outside != nil {
		t.Errorf("it is not whole: %s", outside)
	}
	if n := bytes.Count(text, []byte("</script>")); n != 5 {
		t.Errorf("%d scripts end; want 5", n)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 { // those of the file that it replaced
		t.Errorf("its permissions are %v, %v", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestWithoutAToolchainNothingIsWritten(t *testing.T) {
	dir := t.TempDir()
	old := writeFile(t, filepath.Join(dir, "draw.html"), "what stood here before")
	t.Setenv("PATH", dir)
	status, _, stderr := draw(context.Background(), "-o", old)
	if status != 1 || !strings.Contains(stderr, "no command go on the PATH") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if text, _ := os.ReadFile(old); string(text) != "what stood here before" {
		t.Errorf("the file is now %q", text)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// The command may have been built, and taken elsewhere: beside no module, or into another one.
func TestOutsideTheModuleItIsSaidWhereToRun(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go on the PATH")
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	defer os.Chdir(here)
	for _, module := range []string{"", "module other\n\ngo 1.22\n"} {
		dir := t.TempDir()
		if module != "" {
			writeFile(t, filepath.Join(dir, "go.mod"), module)
		}
		if err := os.Chdir(dir); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "draw.html")
		status, _, stderr := draw(context.Background(), "-o", path)
		if _, err := os.Stat(path); status != 1 || !strings.Contains(stderr, "the source of nndl") || err == nil {
			t.Errorf("module %q: status %d, %s; the file: %v", module, status, stderr, err)
		}
	}
}

func TestCtrlCStopsTheWriting(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	dir := t.TempDir()
	status, _, stderr := draw(ctx, "-o", filepath.Join(dir, "draw.html"))
	if entries, _ := os.ReadDir(dir); status != 130 || stderr != "draw: stopped by Ctrl-C\n" || len(entries) > 0 {
		t.Errorf("status %d, %q, left behind: %v", status, stderr, entries)
	}
}

// What the page exports is read by -load, here and in cmd/mnist.
func TestTheExportIsLoaded(t *testing.T) {
	room := newRoom(t, 12)
	begin(t, room, 400)
	path := filepath.Join(t.TempDir(), "net.json")
	if err := os.WriteFile(path, ask(t, room, fields{"do": "export"}).File, 0o644); err != nil {
		t.Fatal(err)
	}
	loaded, err := load(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := newTabs(&start{Loaded: loaded, Digits: fewDigits()})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "epoch", ask(t, again, fields{"do": "begin"}).Progress.Epoch, 2)
	same(t, "weights", again.open[0].net, room.open[0].net)
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go on the PATH to run cmd/mnist with")
	}
	out, err := exec.Command("go", "run", "nndl/cmd/mnist", "-load", path, "-epochs", "0").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "epoch 2 as loaded") {
		t.Errorf("cmd/mnist: %v\n%s", err, out)
	}
}

// Where training does not get on, the page is told why, and not where it does, or where a network begins.
func TestWhyTrainingDoesNotGetOn(t *testing.T) {
	for why, hidden := range map[string][]int{"": {12}, "it has too many layers": {30, 30, 30, 30, 30, 30}} {
		room := newRoom(t, hidden...)
		p := ask(t, room, fields{"do": "begin"}).Progress
		for p.Epoch < 6 || p.Tested < room.digits.Tests {
			p = ask(t, room, fields{"do": "train", "n": 500}).Progress
			if (p.Epoch < 5 || why == "") && p.Trouble != "" {
				t.Fatalf("%v: after epoch %d: %s", hidden, p.Epoch, p.Trouble)
			}
		}
		same(t, "trouble", p.Trouble, why)
		if p = ask(t, room, fields{"do": "begin"}).Progress; p.Trouble != "" {
			t.Errorf("%v: a new network has %q", hidden, p.Trouble)
		}
	}
}
