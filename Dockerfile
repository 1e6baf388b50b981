FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /linli . && mkdir /empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /linli /linli
COPY --from=build --chown=65532:65532 /empty /data
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK CMD ["/linli", "health"]
# Listens inside the container only: put a proxy with TLS in the same network
# namespace, or add --behind-tls --listen 0.0.0.0:8080 behind one.
ENTRYPOINT ["/linli", "serve", "--data", "/data"]
