// Package page has the style that the pages which commands write have in common.
package page

import _ "embed"

// Style is the style sheet of a page.
//
//go:embed page.css
var Style string
