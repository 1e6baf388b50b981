// Package sheets reads and writes the two tables a community keeps in Excel:
// its resource list and its people. It takes a file as an office has it (CSV
// in UTF-8 or GB18030, XLSX), tells everything that is wrong with it at once,
// by sheet, row and column, and compares it with the list that stands. It
// never guesses, never repairs what Excel broke, and never touches a store.
package sheets
