module linli

go 1.26
