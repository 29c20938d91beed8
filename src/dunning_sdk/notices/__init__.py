"""Notices: what is written to a debtor, a creditor or a partner.

Three concepts. A `context.NoticeContext` holds everything a text may name; a
`templates.TemplateSet` holds the texts, shipped ones and a host's own; a `render.Renderer` puts
the one into the other and answers subject, plain text, HTML and the paragraphs of a letter.
`message.build_message` makes a `domain.notice.Message` of it for any channel.

Nothing here decides whether a notice is sent, or sends it. The package imports `domain` and
`errors`; connectors and the store are not known here.
"""
