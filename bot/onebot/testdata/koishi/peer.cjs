// A koishi application with its OneBot adapter. It tells on standard output,
// one JSON object a line, what it understood of every message, and answers
// whoever mentions it with a quote, a mention and words that look like a code.
//
//   node peer.cjs ws ENDPOINT SELF TOKEN | ws-reverse PORT SELF TOKEN
const path = require('node:path')
const { createRequire } = require('node:module')
const need = createRequire(path.join(process.env.LINLI_KOISHI, 'package.json'))
const plugin = (name) => need(name).default ?? need(name)
const { Context, h } = need('koishi')
const [protocol, where, selfId, token] = process.argv.slice(2)

const tell = (what) => console.log(JSON.stringify(what))
const ctx = new Context()
ctx.plugin(plugin('@koishijs/plugin-proxy-agent'))
ctx.plugin(plugin('@koishijs/plugin-http'))
if (protocol === 'ws-reverse') ctx.plugin(plugin('@koishijs/plugin-server'), { host: '127.0.0.1', port: +where })
ctx.plugin(plugin('koishi-plugin-adapter-onebot'), {
  selfId, token, protocol, responseTimeout: 10000,
  ...(protocol === 'ws' ? { endpoint: where } : { path: '/onebot' }),
})

ctx.on('login-updated', (session) => tell({ kind: 'status', status: session.bot.status, name: session.bot.user?.name }))
ctx.on('message-deleted', (session) => tell({ kind: 'recall', id: session.messageId, user: session.userId, channel: session.channelId }))
ctx.middleware(async (session) => {
  const el = session.elements ?? []
  tell({
    kind: 'message', id: session.messageId, user: session.userId, channel: session.channelId, direct: session.isDirect,
    nick: session.event.member?.nick, time: session.timestamp,
    text: el.filter((e) => e.type === 'text').map((e) => e.attrs.content).join(''),
    at: el.filter((e) => e.type === 'at').map((e) => e.attrs.id ?? e.attrs.type),
    images: el.filter((e) => e.type === 'img').map((e) => e.attrs.src),
    quote: session.quote && { id: session.quote.id, text: session.quote.content },
  })
  if (el.some((e) => e.type === 'at' && e.attrs.id === selfId)) {
    const sent = await session.bot.sendMessage(session.channelId, [h.quote(session.messageId), h.at(session.userId), h.text(' 听到了 [CQ:at,qq=all] & 好')])
    tell({ kind: 'sent', ids: sent })
  }
})
ctx.start().then(() => tell({ kind: 'started' }))
