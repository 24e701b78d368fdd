module nndl

go 1.22
