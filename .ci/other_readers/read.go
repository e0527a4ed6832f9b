// Prints the cells of a workbook as excelize has them, or its version.
//
//	usage: read excelize WORKBOOK.xlsx|--version
//
// One line for each cell that holds something: sheet, row and column from 1, kind, value, with tabs between them.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/xuri/excelize/v2"
)

var escapes = strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\r", "\\r", "\t", "\\t")

var kinds = map[excelize.CellType]string{
	excelize.CellTypeUnset:        "number",
	excelize.CellTypeNumber:       "number",
	excelize.CellTypeDate:         "number",
	excelize.CellTypeBool:         "bool",
	excelize.CellTypeError:        "error",
	excelize.CellTypeInlineString: "text",
	excelize.CellTypeSharedString: "text",
	// The text that a formula comes to.
	excelize.CellTypeFormula: "text",
}

func main() {
	if os.Args[2] == "--version" {
		fmt.Println(version())
		return
	}
	if err := read(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func version() string {
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			if module.Path == "github.com/xuri/excelize/v2" {
				return module.Version
			}
		}
	}
	return "2"
}

func read(path string) error {
	book, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			return err
		}
		for row, cells := range rows {
			for column, value := range cells {
				if value == "" {
					continue
				}
				kind, err := kindOf(book, sheet, row+1, column+1)
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "%s\t%d\t%d\t%s\t%s\n", escapes.Replace(sheet), row+1, column+1, kind, escapes.Replace(value))
			}
		}
	}
	return nil
}

func kindOf(book *excelize.File, sheet string, row, column int) (string, error) {
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "", err
	}
	kind, err := book.GetCellType(sheet, cell)
	return kinds[kind], err
}
