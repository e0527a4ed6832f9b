#!/usr/bin/perl
# Prints the cells of a workbook as Perl's Spreadsheet::ParseXLSX has them, or its version.
#
# usage: perl read.pl ParseXLSX WORKBOOK.xlsx|--version
#
# One line for each cell that holds something: sheet, row and column from 1, kind, value, with tabs between them.

use strict;
use warnings;

my ($name, $workbook) = @ARGV;
eval { require "Spreadsheet/$name.pm"; 1 } or exit 77;
my $module = "Spreadsheet::$name";
if ($workbook eq '--version') {
    print $module->VERSION, "\n";
    exit 0;
}

binmode STDOUT, ':encoding(UTF-8)';
my %kinds = (Text => 'text', Numeric => 'number', Date => 'number');
my %escapes = ("\\" => "\\\\", "\n" => "\\n", "\r" => "\\r", "\t" => "\\t");

sub escaped {
    my ($text) = @_;
    $text =~ s/([\\\n\r\t])/$escapes{$1}/g;
    return $text;
}

my $book = $module->new->parse($workbook) or die "$workbook cannot be read\n";
for my $sheet ($book->worksheets) {
    my ($first_row, $last_row) = $sheet->row_range;
    my ($first_column, $last_column) = $sheet->col_range;
    for my $row ($first_row .. $last_row) {
        for my $column ($first_column .. $last_column) {
            my $cell = $sheet->get_cell($row, $column) or next;
            my $value = $cell->unformatted;
            next if !defined $value || $value eq '';
            print join("\t", escaped($sheet->get_name), $row + 1, $column + 1, $kinds{$cell->type} // 'unknown',
                escaped($value)), "\n";
        }
    }
}
