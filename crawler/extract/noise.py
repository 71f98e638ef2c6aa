"""The words by which pages name what is no article: in class names and ids, and in lines."""

import re
from functools import lru_cache
from itertools import pairwise

HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.I)

# Whole words of a class or id, after it was cut at -, _, digits and capitals.
_NOISE_WORDS = frozenset(
    """
    ad ads adv advert adverts advertise advertisement advertising adbox adsense adsbygoogle adslot
    guanggao sponsor sponsored sponsors promo promos banner dfp gpt taboola
    outbrain mgid
    nav navs navbar navigation navigator menu menus breadcrumb breadcrumbs crumb crumbs topbar
    daohang weizhi mbx
    sidebar aside
    footer foot copyright
    comment comments commentlist commentlists disqus respond reply replies pinglun guestbook
    share shares sharing sharebox sharebar shareto sharethis addthis addtoany social socials
    bdsharebuttonbox bdshare fenxiang jiathis bshare sharedaddy ssba
    related relate relates relatednews recommend recommends recommended recommendation
    recommendations recommended xiangguan tuijian xgxw xgyd relnews hotnews morenews rank ranking
    ranklist popular trending paihang
    cookie cookies gdpr consent newsletter subscribe subscription signup paywall popup modal
    lightbox tooltip toast
    login register userinfo toolbar
    pager pagination pagebar paging pagenav prevnext nextprev
    tags taglist tagcloud
    qrcode ewm erweima
    search searchbox searchform searchbar
    playlist carousel slideshow
    """.split()
)
# Pairs of neighbouring words that say so together.
_NOISE_PAIRS = frozenset(
    """
    commentlist postcomment hotcomment guessyou youmay alsolike relativenews relativepost
    relativearticle relativelink relatelink relatenews morestories morearticles morenews morefrom
    topnav sitenav pagenav mainnav sidebar breadcrumb authorbox authorbio authorinfo authorcard
    adbox adwrap adbanner adslot adcontainer adunit adarea adspace sharebar sharebox sharetool
    sharebtn sharebutton shareicon sociallink socialicon socialmedia socialshare newsletter
    signup login postnav posttags postmeta postfooter entryfooter entrymeta articletags
    articlefooter articletool copyright wechatqr jprelatedposts screenreader sronly
    visuallyhidden skiplink skipto epsource hotnews hotlist hotrank tiearea readmore
    """.split()
)
# Words that name the article's own containers.
_TEXT_WORDS = frozenset(
    """
    article articles entry post story news main text content detail body blog zw nr artibody
    endtext neirong zhengwen zoom articlebody articlecontent postcontent postbody entrycontent
    storybody contenttext textcontent newscontent newstext artical maincontent maintext
    contentmain contentbody bodytext fulltext blogpost trs editor ueditor
    """.split()
)
_STRONG_TEXT = re.compile(
    r"article[-_]?(?:body|content|text)|entry[-_]?content|post[-_]?(?:body|content)|story[-_]?body"
    r"|js_content|trs_(?:ue)?editor|ucap-content|artibody|endtext|main[-_]?(?:text|content)",
    re.I,
)
_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+")
_PLAIN, _NOISE, _TEXT, _STRONG = 0, 1, 2, 4

COPYRIGHT = re.compile(
    r"版权所有|版權所有|Copyright\s*(?:©|\(c\)|\d)|©\s*\d{4}|All [Rr]ights [Rr]eserved|ICP[备证]|公网安备|"
    r"^(?:【|\[)?(?:免责|版权|特别|重要)?(?:声明|提示)(?:】|\])?\s*[:：]|不构成.{0,8}(?:投资)?建议|不代表本(?:站|网|平台)|"
    r"未经.{0,12}(?:授权|许可|同意).{0,20}(?:转载|使用)|转载请注明|本网所有.{0,10}转载",
)
# Headings of what follows an article.
AFTER = re.compile(
    r"[\s【\[>»■◆●]*(?:相关(?:新闻|阅读|文章|链接|报道|推荐|内容|资讯|专题|话题|稿件|评论)|推荐(?:阅读|新闻|文章|视频)?|延伸阅读|"
    r"热门(?:推荐|文章|评论|新闻|阅读|点击)|热点(?:新闻|推荐)|猜你喜欢|更多(?:新闻|精彩|阅读|相关|文章|推荐|内容).{0,8}|"
    r"(?:最新|全部|网友|精彩|我来|发表|我要|用户|文章)?评论(?:\s*[(（]?\d*条?[)）]?)?|网友(?:热评|跟帖|留言).{0,6}|我来说两句.{0,10}|"
    r"上一篇.{0,60}|下一篇.{0,60}|精彩推荐|今日(?:热点|推荐|焦点)|图片新闻|视频推荐|相关标签.{0,40}|标签\s*[:：].{0,60}|"
    r"关键[词字]\s*[:：].{0,60}|分享(?:到|至|让更多人看到|按钮)?\s*[:：]?.{0,12}|打印本页.{0,20}|关闭(?:窗口|本页).{0,10}|责任编辑.{0,20}|"
    r"Related(?: (?:Articles?|Posts?|Stories|News|Topics?|Content|Reading|Links?|Coverage|Items?|Video))?s?|"
    r"(?:You )?(?:may|might) (?:also )?(?:like|enjoy|be interested).{0,20}|"
    r"More (?:from|in|on|stories|news|articles|like this).{0,50}|Recommended(?: (?:for you|stories|reading|articles))?|"
    r"(?:Leave|Post|Add|Write) a (?:comment|reply|response).{0,20}|(?:\d+ )?(?:Comments?|Responses?|Replies)(?: \(\d+\))?|"
    r"(?:Most|Trending|Popular|Latest|Top|Recent)(?: (?:read|popular|viewed|now|stories|posts?|news|articles|shared|commented))?|"
    r"Share (?:this|on|via|with).{0,30}|Share|Tags?\s*:.{0,60}|Filed under:?.{0,60}|About the authors?.{0,30}|"
    r"Sign up .{0,60}|Subscribe.{0,60}|Follow us.{0,40}|What to read next|Don't miss|Up next|Next (?:article|post|story).{0,40}|"
    r"Previous (?:article|post|story).{0,40}|Advertisements?|Sponsored(?: content)?)[\s】\]:：>»…]*",
    re.I,
)
BEFORE = re.compile(
    r"您?(?:当前|现在|所在)?(?:的)?位置\s*[:：].*|首页\s*[>》›»].*|.{0,12}[>》›»].{0,20}[>》›»].{0,30}|"
    r"(?:大|中|小)\s*(?:大|中|小)\s*(?:大|中|小)?|字[号体]\s*[:：]?.{0,20}|【?字体.{0,20}|【?(?:大|小)\s.{0,12}】?|"
    r"(?:点击|浏览|阅读|访问)(?:次数|量|数)?\s*[:：]?\s*\d*.{0,12}|\d+\s*(?:人参与|评论|条评论|views?|comments?|shares?)|"
    r"(?:本文)?原标题\s*为?\s*[:：].*|(?:READ|SEE|DON'?T) (?:MORE|ALSO|MISS)\b.{0,100}|(?:Read|See|View|Learn|Show|Load) (?:more|next|also|all)\W*|Related\s*:.{0,100}|"
    r"打印|收藏|分享.{0,10}|扫一扫.{0,20}|手机(?:看|阅读).{0,16}|我要评论.*|查看评论.*|转播到.{0,12}|微博|微信|Advertisement|"
    r"(?:Share|Tweet|Pin|Email|Print|Save|Like|Facebook|Twitter|WhatsApp|LinkedIn|Reddit|Follow|Comments?|Listen)(?: .{0,25})?|"
    r"\d+ ?min(?:ute)?s? (?:read|to read)|(?:Published|Updated|Posted|Last (?:updated|modified))\b.{0,60}|By [A-Z].{0,60}",
    re.I,
)


@lru_cache(maxsize=65_536)
def _said_by(token: str) -> int:
    """What one class or id says, as flags."""
    words = [word.lower() for word in _WORDS.findall(token[:80])]
    said = _PLAIN
    if not _NOISE_WORDS.isdisjoint(words):
        said |= _NOISE
    elif any(first + second in _NOISE_PAIRS for first, second in pairwise(words)):
        said |= _NOISE
    if not _TEXT_WORDS.isdisjoint(words):
        said |= _TEXT
    if _STRONG_TEXT.search(token):
        said |= _STRONG
    return said


@lru_cache(maxsize=16_384)
def name_says(name: str) -> tuple[bool, bool]:
    """(noise, text): whether class and id say advertisement, navigation, comments, related links,
    and whether they are what articles' containers are called. The latter keeps from the former
    where it is plain."""
    said = _PLAIN
    for token in name.split():
        said |= _said_by(token)
    return bool(said & _NOISE and not said & _STRONG), bool(said & (_TEXT | _STRONG))
