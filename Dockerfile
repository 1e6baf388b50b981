FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /linli . && mkdir /empty

# Nothing but the program: time zones are in it, its data is in /data.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /linli /linli
COPY --from=build --chown=65532:65532 /empty /data
WORKDIR /
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --start-period=20s CMD ["/linli", "health"]
# Every command finds /data by itself, for the settings say "data" and this is "/".
#   a try on this machine:  docker run -p 127.0.0.1:8080:8080 linli serve --listen 0.0.0.0:8080 --insecure-lan
#   behind a proxy's TLS:   docker run -v linli:/data linli serve --listen 0.0.0.0:8080 --behind-tls
#   a backup while it runs: docker exec NAME /linli backup /data/linli-backup.zip
# Without --listen it hears only its own network namespace, so that nothing is open by accident.
# A folder of the host mounted at /data must belong to 65532.
ENTRYPOINT ["/linli"]
CMD ["serve"]
