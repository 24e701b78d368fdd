package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
)

// smallContents stands in for the contents of MNIST: two files that no mirror but those of the tests has.
var smallContents = map[string]string{
	"images": strings.Repeat("a few pixels of ink, ", 1000),
	"labels": "5041921314",
}

// useSmallFiles makes download look for smallContents until the test ends.
func useSmallFiles(t *testing.T) {
	t.Helper()
	saved := mnistFiles
	t.Cleanup(func() { mnistFiles = saved })
	mnistFiles = nil
	for _, name := range []string{"images", "labels"} {
		content := smallContents[name]
		digest := fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
		mnistFiles = append(mnistFiles, mnistFile{name: name, size: int64(len(content)), sha256: digest})
	}
}

// useLimits sets stallLimit and totalLimit until the test ends.
func useLimits(t *testing.T, stall, total time.Duration) {
	t.Helper()
	savedStall, savedTotal := stallLimit, totalLimit
	t.Cleanup(func() { stallLimit, totalLimit = savedStall, savedTotal })
	stallLimit, totalLimit = stall, total
}

// compressed returns content as gzip.
func compressed(content string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, content) // a bytes.Buffer takes everything
	w.Close()
	return b.Bytes()
}

// wanted returns what a good mirror answers to r, nil if r asks for something else than one of the small files.
func wanted(r *http.Request) []byte {
	name, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".gz")
	if content := smallContents[name]; ok && content != "" {
		return compressed(content)
	}
	return nil
}

// startMirror returns the URL of a mirror that answers as handler does, and the number of requests it got.
func startMirror(t *testing.T, handler http.HandlerFunc) (url string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/", requests
}

func serveWanted(w http.ResponseWriter, r *http.Request) {
	if body := wanted(r); body != nil {
		w.Write(body)
		return
	}
	http.NotFound(w, r)
}

// testContext ends a download that hangs, so that its test fails rather than hangs.
func testContext(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx, cancel
}

// wantFolder fails the test unless dir holds exactly the given files.
func wantFolder(t *testing.T, dir string, want map[string][]byte) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		got, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if content, ok := want[entry.Name()]; !ok {
			t.Errorf("the folder holds %s (%d bytes), which should not be there", entry.Name(), len(got))
		} else if !bytes.Equal(got, content) {
			t.Errorf("%s holds %d bytes %.40q, want %d bytes %.40q", entry.Name(), len(got), got, len(content), content)
		}
	}
	if len(entries) < len(want) {
		t.Errorf("the folder holds %d files, want %d", len(entries), len(want))
	}
}

// allCompressed is the folder after a download into an empty one.
func allCompressed() map[string][]byte {
	return map[string][]byte{
		"images.gz": compressed(smallContents["images"]),
		"labels.gz": compressed(smallContents["labels"]),
	}
}

func TestDownloadMakesTheFolderAndFillsIt(t *testing.T) {
	useSmallFiles(t)
	mirror, requests := startMirror(t, serveWanted)
	dir := filepath.Join(t.TempDir(), "data", "mnist")
	ctx, _ := testContext(t)
	var stderr bytes.Buffer
	if err := download(ctx, dir, []string{mirror}, &stderr); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, dir, allCompressed())
	if n := requests.Load(); n != 2 {
		t.Errorf("the mirror got %d requests, want one for each of 2 files", n)
	}
	if strings.ContainsAny(stderr.String(), "\r\x1b") {
		t.Errorf("stderr is no terminal, and yet holds the drawing of a progress bar: %q", &stderr)
	}
}

func TestDownloadKeepsTheBodyAsItIsWhateverItsContentEncoding(t *testing.T) {
	useSmallFiles(t)
	mirror, _ := startMirror(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		serveWanted(w, r)
	})
	dir := t.TempDir()
	ctx, _ := testContext(t)
	if err := download(ctx, dir, []string{mirror}, io.Discard); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, dir, allCompressed())
}

// A badMirror is a way in which a mirror can fail.
type badMirror struct {
	claim  string
	why    string // what the error says
	stalls bool
	lasts  bool
	answer http.HandlerFunc
}

// shortenLimits makes the wait short for a mirror that would try the user's patience.
func (m badMirror) shortenLimits() {
	if m.stalls {
		stallLimit = 20 * time.Millisecond
	}
	if m.lasts {
		totalLimit = 20 * time.Millisecond
	}
}

var badMirrors = []badMirror{
	{
		claim: "another status than 200, though the body is right",
		why:   "status 203 Non-Authoritative Information, expected 200 OK",
		answer: func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNonAuthoritativeInfo)
			serveWanted(w, r)
		},
	}, {
		claim: "other content of the same length",
		why:   "content has SHA-256 ",
		answer: func(w http.ResponseWriter, r *http.Request) {
			w.Write(compressed(strings.Repeat("?", len(smallContents["images"]))))
		},
	}, {
		claim: "content that goes on for too long",
		why:   "content is longer than 21000 bytes",
		answer: func(w http.ResponseWriter, r *http.Request) {
			w.Write(compressed(smallContents["images"] + strings.Repeat("\x00", 1<<20)))
		},
	}, {
		claim: "a body that goes on for too long with no content in it",
		why:   "body is longer than 86536 bytes",
		answer: func(w http.ResponseWriter, r *http.Request) {
			w.Write(bytes.Repeat(compressed(""), 10_000))
		},
	}, {
		claim: "a body that is shorter than announced",
		why:   " bytes: unexpected EOF",
		answer: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(wanted(r))+1))
			w.Write(wanted(r))
		},
	}, {
		claim: "gzip that is cut short",
		why:   " bytes: unexpected EOF",
		answer: func(w http.ResponseWriter, r *http.Request) {
			w.Write(wanted(r)[:len(wanted(r))-1])
		},
	}, {
		claim:  "right content followed by something else",
		why:    " bytes: gzip: invalid header",
		answer: func(w http.ResponseWriter, r *http.Request) { w.Write(append(wanted(r), "and something else"...)) },
	}, {
		claim:  "right content that is not compressed",
		why:    " bytes: gzip: invalid header",
		answer: func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, smallContents["images"]) },
	}, {
		claim:  "an empty body",
		why:    "after 0 bytes: EOF",
		answer: func(w http.ResponseWriter, r *http.Request) {},
	}, {
		claim:  "a connection that is closed without an answer",
		why:    "no answer: EOF",
		answer: func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) },
	}, {
		claim:  "silence instead of an answer",
		why:    "no byte for ",
		stalls: true,
		answer: func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}, {
		claim:  "silence in the midst of the body",
		why:    "no byte for ",
		stalls: true,
		answer: func(w http.ResponseWriter, r *http.Request) {
			w.Write(wanted(r)[:20])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	}, {
		claim: "a byte now and then, for ever",
		why:   "not complete after ",
		lasts: true,
		answer: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.Write(compressed(""))
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	}, {
		claim:  "a header without end",
		why:    "server response headers exceeded 65536 bytes",
		answer: func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<17)) },
	}, {
		claim: "a status that would clear the screen",
		why:   "status 500 ?[2J?]0;title?" + strings.Repeat("x", 100),
		answer: func(w http.ResponseWriter, r *http.Request) {
			answerRaw(w, "HTTP/1.1 500 \x1b[2J\x1b]0;title\a"+strings.Repeat("x", 1000)+"\r\n\r\n")
		},
	}, {
		claim:  "redirection for ever",
		why:    "no answer: redirected 10 times",
		answer: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
	},
}

// answerRaw answers with these bytes and closes the connection.
func answerRaw(w http.ResponseWriter, answer string) {
	if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
		io.WriteString(connection, answer)
		connection.Close()
	}
}

// hookedWriter calls hook before each write.
type hookedWriter struct {
	bytes.Buffer
	hook func()
}

func (w *hookedWriter) Write(p []byte) (int, error) {
	w.hook()
	return w.Buffer.Write(p)
}

func TestDownloadTriesTheNextMirrorAfter(t *testing.T) {
	for _, row := range badMirrors {
		t.Run(row.claim, func(t *testing.T) {
			useSmallFiles(t)
			mnistFiles = mnistFiles[:1]
			useLimits(t, time.Hour, time.Hour)
			row.shortenLimits()
			bad, _ := startMirror(t, row.answer)
			good, _ := startMirror(t, serveWanted)
			dir := t.TempDir()
			ctx, _ := testContext(t)
			// Once the bad mirror is reported as failed, the good one gets all the time in the world.
			stderr := &hookedWriter{hook: func() { stallLimit, totalLimit = time.Hour, time.Hour }}
			if err := download(ctx, dir, []string{bad, good}, stderr); err != nil {
				t.Fatal(err)
			}
			wantFolder(t, dir, map[string][]byte{"images.gz": allCompressed()["images.gz"]})
			if got := stderr.String(); !strings.Contains(got, bad+"images.gz: ") || !strings.Contains(got, row.why) {
				t.Errorf("stderr says %q, want it to name %simages.gz and %q", got, bad, row.why)
			}
			said, _, _ := strings.Cut(strings.TrimPrefix(stderr.String(), bad+"images.gz: "), "; trying")
			if len(said) > 200 || strings.ContainsFunc(said, unicode.IsControl) {
				t.Errorf("of the mirror %d bytes are said, %q; want at most 200 of text", len(said), said)
			}
		})
	}
}

func TestDownloadFailsWhenEveryMirrorFailsBy(t *testing.T) {
	for _, row := range badMirrors {
		t.Run(row.claim, func(t *testing.T) {
			useSmallFiles(t)
			useLimits(t, time.Hour, time.Hour)
			first, _ := startMirror(t, http.NotFound)
			second, _ := startMirror(t, row.answer)
			dir := t.TempDir()
			ctx, _ := testContext(t)
			// Until the first mirror is reported as failed, it has all the time in the world.
			stderr := &hookedWriter{hook: func() { row.shortenLimits() }}
			err := download(ctx, dir, []string{first, second}, stderr)
			if err == nil {
				t.Fatal("no error, want one")
			}
			for _, part := range []string{"images.gz", first, "status 404 Not Found", second, row.why} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error %q does not mention %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error %q is longer than a line", err)
			}
			wantFolder(t, dir, nil)
		})
	}
}

func TestRedirectionsStayOnHTTPS(t *testing.T) {
	useSmallFiles(t)
	mnistFiles = mnistFiles[:1]
	plain, _ := startMirror(t, serveWanted)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/away/"):
			http.Redirect(w, r, plain+strings.TrimPrefix(path, "/away/"), http.StatusFound)
		case strings.HasPrefix(path, "/along/"):
			http.Redirect(w, r, strings.TrimPrefix(path, "/along"), http.StatusFound)
		default:
			serveWanted(w, r)
		}
	}))
	defer secure.Close()
	there, _ := startMirror(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secure.URL+r.URL.Path, http.StatusFound)
	})
	saved := client.Transport
	t.Cleanup(func() { client.Transport = saved })
	client.Transport = secure.Client().Transport // which knows the certificate
	for _, row := range []struct{ mirror, says string }{
		{secure.URL + "/", ""},
		{secure.URL + "/along/", ""},
		{there, ""},
		{there + "away/", "no answer: redirected from https to " + plain + "images.gz"},
		{secure.URL + "/away/", "no answer: redirected from https to " + plain + "images.gz"},
	} {
		dir := t.TempDir()
		ctx, _ := testContext(t)
		err := download(ctx, dir, []string{row.mirror}, io.Discard)
		if row.says == "" && err != nil || row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s: error %v; want %q", row.mirror, err, row.says)
		}
	}
}

func TestEveryByteThatArrivesPutsOffTheStall(t *testing.T) {
	timer := time.AfterFunc(time.Hour, func() {})
	timer.Stop()
	body := &arrival{body: strings.NewReader("x"), timer: timer, progress: newBar(io.Discard, "", 1)}
	buffer := make([]byte, 10)
	body.Read(buffer)
	if !timer.Stop() {
		t.Error("after a byte the timer does not run, want it restarted")
	}
	body.Read(buffer)
	if timer.Stop() {
		t.Error("after a read without a byte the timer runs, want it left alone")
	}
}

func TestCancelledDownloadLeavesNothingBehind(t *testing.T) {
	useSmallFiles(t)
	dir := t.TempDir()
	ctx, cancel := testContext(t)
	var during atomic.Int64 // how many files the folder holds when half of one has been sent
	first, _ := startMirror(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(wanted(r)[:len(wanted(r))/2])
		w.(http.Flusher).Flush()
		entries, _ := os.ReadDir(dir)
		during.Store(int64(len(entries)))
		cancel()
		<-r.Context().Done()
	})
	second, requests := startMirror(t, serveWanted)
	err := download(ctx, dir, []string{first, second}, io.Discard)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if n := during.Load(); n != 1 {
		t.Errorf("during the download the folder held %d files, want 1 temporary file", n)
	}
	wantFolder(t, dir, nil)
	if n := requests.Load(); n != 0 {
		t.Errorf("the second mirror got %d requests after the download was cancelled, want 0", n)
	}
}

func TestDownloadCancelledBeforehandFailsThoughAllFilesAreThere(t *testing.T) {
	useSmallFiles(t)
	dir := t.TempDir()
	writeFolder(t, dir, allCompressed())
	ctx, cancel := testContext(t)
	cancel()
	if err := download(ctx, dir, nil, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// writeFolder fills dir with files.
func writeFolder(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDownloadKeepsRightFiles(t *testing.T) {
	for _, row := range []struct {
		claim string
		there map[string][]byte
	}{
		{"compressed", allCompressed()},
		{"plain", map[string][]byte{
			"images": []byte(smallContents["images"]),
			"labels": []byte(smallContents["labels"]),
		}},
		{"both plain and compressed", map[string][]byte{
			"images":    []byte(smallContents["images"]),
			"images.gz": compressed(smallContents["images"]),
			"labels":    []byte(smallContents["labels"]),
		}},
	} {
		t.Run(row.claim, func(t *testing.T) {
			useSmallFiles(t)
			mirror, requests := startMirror(t, serveWanted)
			dir := t.TempDir()
			writeFolder(t, dir, row.there)
			ctx, _ := testContext(t)
			var stderr bytes.Buffer
			if err := download(ctx, dir, []string{mirror}, &stderr); err != nil {
				t.Fatal(err)
			}
			wantFolder(t, dir, row.there)
			if n := requests.Load(); n != 0 {
				t.Errorf("the mirror got %d requests, want 0", n)
			}
			if n := strings.Count(stderr.String(), "is there already\n"); n != 2 {
				t.Errorf("stderr says of %d files that they are there, want 2: %q", n, &stderr)
			}
		})
	}
}

func TestDownloadFetchesOnlyWhatIsMissing(t *testing.T) {
	useSmallFiles(t)
	mirror, requests := startMirror(t, serveWanted)
	dir := t.TempDir()
	plain := []byte(smallContents["images"])
	writeFolder(t, dir, map[string][]byte{"images": plain})
	ctx, _ := testContext(t)
	if err := download(ctx, dir, []string{mirror}, io.Discard); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, dir, map[string][]byte{"images": plain, "labels.gz": compressed(smallContents["labels"])})
	if n := requests.Load(); n != 1 {
		t.Errorf("the mirror got %d requests, want 1", n)
	}
}

func TestDownloadLeavesWrongFilesUntouchedAndNamesThem(t *testing.T) {
	other := strings.Repeat("other content ", 10_000) // longer than any of the right ones
	otherDigest := fmt.Sprintf("%x", sha256.Sum256([]byte(other)))
	for _, row := range []struct {
		claim string
		there map[string][]byte
		named string // the file that the error names
		why   string
	}{
		{"plain", map[string][]byte{"images": []byte(other)}, "images: ", otherDigest},
		{"compressed", map[string][]byte{"images.gz": compressed(other)}, "images.gz: ", otherDigest},
		{"not gzip", map[string][]byte{"images.gz": []byte(other)}, "images.gz: ", "gzip: invalid header"},
		{"cut short", map[string][]byte{"images.gz": compressed(other)[:50]}, "images.gz: ", "unexpected EOF"},
		{"compressed, beside a right plain one", map[string][]byte{
			"images":    []byte(smallContents["images"]),
			"images.gz": compressed(other),
		}, "images.gz: ", otherDigest},
		{"plain, beside a right compressed one", map[string][]byte{
			"images":    []byte(other),
			"images.gz": compressed(smallContents["images"]),
		}, "images: ", otherDigest},
	} {
		t.Run(row.claim, func(t *testing.T) {
			useSmallFiles(t)
			mirror, requests := startMirror(t, serveWanted)
			dir := t.TempDir()
			writeFolder(t, dir, row.there)
			ctx, _ := testContext(t)
			err := download(ctx, dir, []string{mirror}, io.Discard)
			if err == nil {
				t.Fatal("no error, want one")
			}
			wanted := []string{filepath.Join(dir, row.named), row.why, mnistFiles[0].sha256, "move the file away"}
			for _, part := range wanted {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error %q does not mention %q", err, part)
				}
			}
			wantFolder(t, dir, row.there)
			if n := requests.Load(); n != 0 {
				t.Errorf("the mirror got %d requests, want 0", n)
			}
		})
	}
}

func TestDownloadIntoAFileFails(t *testing.T) {
	useSmallFiles(t)
	mirror, requests := startMirror(t, serveWanted)
	dir := t.TempDir()
	files := map[string][]byte{"file": []byte("not a folder")}
	writeFolder(t, dir, files)
	path := filepath.Join(dir, "file")
	ctx, _ := testContext(t)
	err := download(ctx, path, []string{mirror}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want one that names %s", err, path)
	}
	wantFolder(t, dir, files)
	if n := requests.Load(); n != 0 {
		t.Errorf("the mirror got %d requests, want 0", n)
	}
}

func TestNoOtherMirrorIsTriedWhenTheDiskFails(t *testing.T) {
	useSmallFiles(t)
	mirror, requests := startMirror(t, serveWanted)
	path := filepath.Join(t.TempDir(), "tmp")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tmp, err := os.Open(path) // for reading only, so that writing fails as on a full disk
	if err != nil {
		t.Fatal(err)
	}
	defer tmp.Close()
	ctx, _ := testContext(t)
	_, err = mnistFiles[0].fetchAny(ctx, []string{mirror, mirror}, tmp, io.Discard)
	if want := "write " + path; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one that says %q", err, want)
	}
	if n := requests.Load(); n != 1 {
		t.Errorf("the mirrors got %d requests, want 1", n)
	}
}

func TestFailedInstallLeavesNothingBehind(t *testing.T) {
	useSmallFiles(t)
	dir := t.TempDir()
	// What stands in the way of the new name comes up only while the file is being fetched.
	obstacle := filepath.Join(dir, "images.gz")
	mirror, requests := startMirror(t, func(w http.ResponseWriter, r *http.Request) {
		if err := os.MkdirAll(filepath.Join(obstacle, "folder"), 0o755); err != nil {
			t.Error(err)
		}
		serveWanted(w, r)
	})
	ctx, _ := testContext(t)
	err := download(ctx, dir, []string{mirror, mirror}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), obstacle) {
		t.Errorf("error %v, want one that names %s", err, obstacle)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || requests.Load() != 1 {
		t.Errorf("%d entries in the folder after %d requests (%v), want only the obstacle after 1",
			len(entries), requests.Load(), err)
	}
}
