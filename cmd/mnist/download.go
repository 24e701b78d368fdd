package main

// Fetching MNIST. A mirror is not trusted: it may be gone, slow, or serve something else under the same name, as
// Fashion-MNIST does. What counts is the content, uncompressed, and this file knows its SHA-256. The bytes that arrive
// go two ways at once, into a temporary file and through gunzip into the digest; only if that is the expected one does
// the temporary file get its real name. So whatever bears the name of an MNIST file is complete.

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nndl/cmd/internal/wholefile"
)

// mirrors each serve the four files under their names with ".gz" appended.
var mirrors = []string{
	"https://ossci-datasets.s3.amazonaws.com/mnist/",
	"https://storage.googleapis.com/cvdf-datasets/mnist/",
}

// An mnistFile is known by what it holds uncompressed; how well a mirror compressed it does not matter.
type mnistFile struct {
	name   string
	size   int64  // bytes
	sha256 string // hexadecimal
}

// paths returns the paths in dir under which ReadMNIST finds f.
func (f mnistFile) paths(dir string) (paths []string) {
	dotted := strings.Replace(f.name, "-idx", ".idx", 1)
	for _, name := range []string{f.name, f.name + ".gz", dotted, dotted + ".gz",
		f.name + "/" + f.name, f.name + "/" + dotted, dotted + "/" + dotted} {
		paths = append(paths, filepath.Join(dir, name))
	}
	return paths
}

// mnistFiles are the images, after a header of 16 bytes, and the labels, after one of 8.
var mnistFiles = []mnistFile{
	{"train-images-idx3-ubyte", 16 + 60000*28*28, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
	{"train-labels-idx1-ubyte", 8 + 60000, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
	{"t10k-images-idx3-ubyte", 16 + 10000*28*28, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
	{"t10k-labels-idx1-ubyte", 8 + 10000, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
}

// stallLimit is how long a mirror may send nothing before it counts as failed, totalLimit how long it may take for one
// file, whatever it sends.
var stallLimit, totalLimit = 30 * time.Second, 30 * time.Minute

// client stays on https once it is there, and takes no endless header.
var client = http.Client{
	CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if before[len(before)-1].URL.Scheme == "https" && next.URL.Scheme != "https" {
			return fmt.Errorf("redirected from https to %s", next.URL)
		}
		if len(before) >= 10 {
			return fmt.Errorf("redirected %d times", len(before))
		}
		return nil
	},
	Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		MaxResponseHeaderBytes: 1 << 16,
	},
}

// download puts the four files of MNIST into dir, compressed, and makes dir if needed. It tries the mirrors in turn,
// URLs that end in "/", and reports on stderr.
//
// A file that is there already, compressed or not, is kept if its content is right; if not, that is an error, because
// download overwrites nothing. It also fails if dir cannot be written, if every mirror fails, and as soon as ctx is
// cancelled, with an error that wraps ctx.Err(). In each case dir holds no part of a file. Files that were complete
// stay.
func download(ctx context.Context, dir string, mirrors []string, stderr io.Writer) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("no folder for MNIST: %w", err)
	}
	for _, f := range mnistFiles {
		path, err := f.find(ctx, dir)
		if err != nil {
			return err
		}
		if path != "" {
			fmt.Fprintf(stderr, "%s is there already\n", path)
			continue
		}
		if err := f.fetch(ctx, dir, mirrors, stderr); err != nil {
			return fmt.Errorf("download of %s.gz: %w", f.name, err)
		}
	}
	return nil
}

// find returns the path of f in dir, or "" if f is there under none of its names. It fails if a file of such a name
// has other content, even beside a right one: whoever reads the folder may prefer the wrong one.
func (f mnistFile) find(ctx context.Context, dir string) (string, error) {
	found := ""
	for _, path := range f.paths(dir) {
		if info, err := os.Stat(path); err != nil || info.IsDir() { // what is in a folder is among the paths too
			continue
		}
		err := f.checkFile(ctx, path)
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err == nil:
			found = path
		default:
			return "", fmt.Errorf("%s: %w, expected content with SHA-256 %s; move the file away, then download again",
				path, err, f.sha256)
		}
	}
	return found, nil
}

// checkFile returns an error unless the file at path, compressed if its name says so, holds the content of f.
func (f mnistFile) checkFile(ctx context.Context, path string) error {
	if _, err := wholefile.Stat(path); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	// The file may be very long, and reading it does not heed ctx; but a closed file reads no further.
	stop := context.AfterFunc(ctx, func() { file.Close() })
	defer stop()

	if !strings.HasSuffix(path, ".gz") {
		return f.check(file)
	}
	content, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	return f.check(content)
}

// check reads r to its end and returns an error unless it held the content of f.
func (f mnistFile) check(r io.Reader) error {
	hash := sha256.New()
	if _, err := io.Copy(hash, r); err != nil {
		return err
	}
	if got := fmt.Sprintf("%x", hash.Sum(nil)); got != f.sha256 {
		return fmt.Errorf("content has SHA-256 %s", got)
	}
	return nil
}

// fetch puts f into dir, compressed, from the first mirror that delivers it.
func (f mnistFile) fetch(ctx context.Context, dir string, mirrors []string, stderr io.Writer) error {
	path := filepath.Join(dir, f.name+".gz")
	tmp, err := wholefile.Create(path)
	if err != nil {
		return err
	}
	defer tmp.Discard()
	url, err := f.fetchAny(ctx, mirrors, tmp.File, stderr)
	if err != nil {
		return err
	}
	if err := tmp.Commit(); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "%s fetched from %s\n", path, url)
	return nil
}

// fetchAny fills tmp, which is empty, from the first mirror that delivers f, and returns the URL that did.
func (f mnistFile) fetchAny(ctx context.Context, mirrors []string, tmp *os.File, stderr io.Writer) (string, error) {
	var reasons []string
	for _, mirror := range mirrors {
		if len(reasons) > 0 {
			fmt.Fprintf(stderr, "%s; trying the next mirror\n", reasons[len(reasons)-1])
		}
		url := mirror + f.name + ".gz"
		err := f.fetchFrom(ctx, url, io.NewOffsetWriter(tmp, 0), stderr)
		var disk *os.PathError
		switch {
		case err == nil:
			return url, nil
		case ctx.Err() != nil:
			return "", ctx.Err()
		case errors.As(err, &disk):
			return "", disk // tmp cannot be written: the disk is full, say, and no mirror can help that
		}
		// Much of the reason is what a server says.
		reasons = append(reasons, fmt.Sprintf("%s: %.200s", url, printable(err.Error())))
		if err := tmp.Truncate(0); err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("none of %d mirrors delivered gzip of content with SHA-256 %s: %s", len(mirrors), f.sha256,
		strings.Join(reasons, "; "))
}

// fetchFrom copies what url serves to w, and fails unless that is f, or if it takes longer than the limits.
func (f mnistFile) fetchFrom(ctx context.Context, url string, w, stderr io.Writer) error {
	late := fmt.Errorf("not complete after %v", totalLimit)
	ctx, stop := context.WithTimeoutCause(ctx, totalLimit, late)
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := fmt.Errorf("no byte for %v", stallLimit)
	timer := time.AfterFunc(stallLimit, func() { cancel(stalled) })
	defer timer.Stop()

	err := f.receive(ctx, url, timer, w, stderr)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// receive is fetchFrom without the stall: for every piece that arrives it restarts the timer, which cancels ctx.
func (f mnistFile) receive(ctx context.Context, url string, timer *time.Timer, w, stderr io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	// Not asked for anything, package http asks for gzip, and then unpacks a body with "Content-Encoding: gzip".
	// Asked for identity, it hands over the body as it was sent, whatever the server calls the encoding.
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no answer: %w", errors.Unwrap(err)) // unwrapped, as Do's *url.Error repeats the URL
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s, expected 200 OK", resp.Status)
	}

	progress := newBar(stderr, f.name+".gz", resp.ContentLength)
	defer progress.end()
	body := &arrival{body: resp.Body, timer: timer, progress: progress}
	// Gzip adds to what it cannot compress: a header, and 5 bytes for every 64 KiB.
	packed := &capped{r: body, what: "body", limit: f.size + 1<<16}
	content, err := gzip.NewReader(io.TeeReader(packed, w))
	if err == nil {
		err = f.check(&capped{r: content, what: "content", limit: f.size})
	}
	if err != nil {
		return fmt.Errorf("after %d bytes: %w", body.done, err)
	}
	return nil
}

// An arrival is a body on its way: whatever comes of it restarts the timer and moves the progress bar on.
type arrival struct {
	body     io.Reader
	timer    *time.Timer
	progress *bar
	done     int64
}

func (a *arrival) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	if n > 0 {
		a.timer.Reset(stallLimit)
	}
	a.done += int64(n)
	a.progress.set(a.done)
	return n, err
}

// A capped reader fails once r has given more than limit bytes. (An io.LimitedReader would end there as if r did, and
// a body that is too long would look like one cut short.)
type capped struct {
	r     io.Reader
	what  string
	limit int64
	done  int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	if c.done > c.limit {
		return 0, fmt.Errorf("%s is longer than %d bytes", c.what, c.limit)
	}
	return n, err
}
