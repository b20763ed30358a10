// A relay made of Centrifuge, the engine inside Centrifugo, for tests where no Centrifugo can be had: it builds from the
// Go module proxy. It takes what it needs from Centrifugo's own configuration file, so that one stands for the other:
//
//	cd test/workloads/relay/centrifuge-engine && go build -o /some/folder/centrifuge-engine .
//	TURNAROUND_CENTRIFUGE=/some/folder/centrifuge-engine npm test
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/centrifugal/centrifuge"
)

type namespace struct {
	Name        string `json:"name"`
	HistorySize int    `json:"history_size"`
	HistoryTTL  string `json:"history_ttl"`
}

type config struct {
	HTTPServer struct {
		Address string `json:"address"`
		Port    any    `json:"port"` // a number, or text that is one
	} `json:"http_server"`
	Channel struct {
		Namespaces []namespace `json:"namespaces"`
	} `json:"channel"`
}

type history struct {
	size int
	ttl  time.Duration
}

func main() {
	path := flag.String("config", "config.json", "a configuration file of Centrifugo, JSON")
	flag.Parse()
	settings, err := read(*path)
	if err != nil {
		log.Fatal(err)
	}
	node, err := centrifuge.New(centrifuge.Config{HistoryMaxPublicationLimit: 300, RecoveryMaxPublicationLimit: 300})
	if err != nil {
		log.Fatal(err)
	}
	if err := serveClients(node, settings); err != nil {
		log.Fatal(err)
	}
	http.Handle("/connection/websocket", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		MessageSizeLimit: 65536,
		CheckOrigin:      func(*http.Request) bool { return true },
	}))
	log.Fatal(http.ListenAndServe(net.JoinHostPort(settings.HTTPServer.Address, fmt.Sprint(settings.HTTPServer.Port)), nil))
}

func read(path string) (config, error) {
	var settings config
	bytes, err := os.ReadFile(path)
	if err != nil {
		return settings, err
	}
	return settings, json.Unmarshal(bytes, &settings)
}

// Anonymous clients may do everything in the configured namespaces, which are positioned and recovered.
func serveClients(node *centrifuge.Node, settings config) error {
	histories := map[string]history{}
	for _, space := range settings.Channel.Namespaces {
		ttl, err := time.ParseDuration(space.HistoryTTL)
		if err != nil {
			return err
		}
		histories[space.Name] = history{space.HistorySize, ttl}
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{}}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(event centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) {
			_, err := historyOf(histories, event.Channel)
			options := centrifuge.SubscribeOptions{EnablePositioning: true, EnableRecovery: true}
			answer(centrifuge.SubscribeReply{Options: options}, err)
		})
		client.OnPublish(func(event centrifuge.PublishEvent, answer centrifuge.PublishCallback) {
			kept, err := historyOf(histories, event.Channel)
			if err != nil {
				answer(centrifuge.PublishReply{}, err)
				return
			}
			result, err := node.Publish(event.Channel, event.Data,
				centrifuge.WithHistory(kept.size, kept.ttl), centrifuge.WithClientInfo(event.ClientInfo))
			answer(centrifuge.PublishReply{Result: &result}, err)
		})
		client.OnHistory(func(event centrifuge.HistoryEvent, answer centrifuge.HistoryCallback) {
			_, err := historyOf(histories, event.Channel)
			answer(centrifuge.HistoryReply{}, err)
		})
	})
	return node.Run()
}

func historyOf(histories map[string]history, channel string) (history, error) {
	name, _, hasNamespace := strings.Cut(channel, ":")
	if !hasNamespace {
		return history{}, centrifuge.ErrorPermissionDenied
	}
	kept, isKnown := histories[name]
	if !isKnown {
		return history{}, centrifuge.ErrorUnknownChannel
	}
	return kept, nil
}
