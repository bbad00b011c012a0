<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Library</source>
        <translation>图库</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Look for changes now</source>
        <translation>立即检查更改</translation>
    </message>
    <message>
        <source>Pause reading photos</source>
        <translation>暂停读取照片</translation>
    </message>
    <message>
        <source>Files that could not be read…</source>
        <translation>无法读取的文件…</translation>
    </message>
    <message>
        <source>Back up the library now</source>
        <translation>立即备份图库</translation>
    </message>
    <message>
        <source>Backups…</source>
        <translation>备份…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search with a picture file…</source>
        <translation>用图片文件搜索…</translation>
    </message>
    <message>
        <source>Search with the copied picture</source>
        <translation>用复制的图片搜索</translation>
    </message>
    <message>
        <source>Find similar photos</source>
        <translation>查找相似照片</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Choose dates…</source>
        <translation>选择日期…</translation>
    </message>
    <message>
        <source>Choose camera…</source>
        <translation>选择相机…</translation>
    </message>
    <message>
        <source>Choose type or shape…</source>
        <translation>选择类型或形状…</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>所有照片</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>点击</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>多找类似的</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>少找类似的</translation>
    </message>
    <message>
        <source>Neither: take my click back</source>
        <translation>都不是：撤回点击</translation>
    </message>
    <message>
        <source>Why this photo</source>
        <translation>为何显示此照片</translation>
    </message>
    <message>
        <source>Find more like my picks</source>
        <translation>查找更多类似所选</translation>
    </message>
    <message>
        <source>Help me narrow…</source>
        <translation>帮我缩小范围…</translation>
    </message>
    <message>
        <source>Before my clicks</source>
        <translation>点击之前</translation>
    </message>
    <message>
        <source>Forget all my clicks</source>
        <translation>忘记我的所有点击</translation>
    </message>
    <message>
        <source>Only the best matches</source>
        <translation>仅最佳匹配</translation>
    </message>
    <message>
        <source>Matches by date</source>
        <translation>按日期排列匹配结果</translation>
    </message>
    <message>
        <source>Learn from my clicks</source>
        <translation>从我的点击中学习</translation>
    </message>
    <message>
        <source>Nearer to a dislike: last</source>
        <translation>更接近不喜欢的：排在最后</translation>
    </message>
    <message>
        <source>Nearer to a dislike: left out</source>
        <translation>更接近不喜欢的：不显示</translation>
    </message>
    <message>
        <source>Words and pictures must both fit</source>
        <translation>文字和图片须同时符合</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>概念</translation>
    </message>
    <message>
        <source>Save as concept…</source>
        <translation>另存为概念…</translation>
    </message>
    <message>
        <source>Save changes to the concept</source>
        <translation>保存对概念的更改</translation>
    </message>
    <message>
        <source>Import a concept…</source>
        <translation>导入概念…</translation>
    </message>
    <message>
        <source>Forget recent searches</source>
        <translation>忘记最近的搜索</translation>
    </message>
    <message>
        <source>View</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Best match first</source>
        <translation>最匹配的在前</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新的在前</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>最早的在前</translation>
    </message>
    <message>
        <source>By file name</source>
        <translation>按文件名</translation>
    </message>
    <message>
        <source>Last added first</source>
        <translation>最近添加的在前</translation>
    </message>
    <message>
        <source>Side pane</source>
        <translation>侧边栏</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Square tiles</source>
        <translation>方形缩略图</translation>
    </message>
    <message>
        <source>Larger photos</source>
        <translation>放大照片</translation>
    </message>
    <message>
        <source>Smaller photos</source>
        <translation>缩小照片</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Open with another program</source>
        <translation>用其他程序打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy files</source>
        <translation>复制文件</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Move to trash…</source>
        <translation>移到回收站…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>查看器</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>下一张照片</translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation>上一张照片</translation>
    </message>
    <message>
        <source>First photo</source>
        <translation>第一张照片</translation>
    </message>
    <message>
        <source>Last photo</source>
        <translation>最后一张照片</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Search this part…</source>
        <translation>搜索此部分…</translation>
    </message>
    <message>
        <source>Back to the photos</source>
        <translation>返回照片列表</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>User guide</source>
        <translation>用户指南</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>About PhotoLens</source>
        <translation>关于 PhotoLens</translation>
    </message>
    <message>
        <source>Move about</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Arrow keys, Home, End, Page Up, Page Down</source>
        <translation>方向键、Home、End、Page Up、Page Down</translation>
    </message>
    <message>
        <source>Select a range</source>
        <translation>选择一段范围</translation>
    </message>
    <message>
        <source>Shift with these keys, or Shift and click</source>
        <translation>Shift 加这些键，或 Shift 加单击</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>添加到选择</translation>
    </message>
    <message>
        <source>Ctrl and click</source>
        <translation>Ctrl 加单击</translation>
    </message>
    <message>
        <source>Photo size</source>
        <translation>照片大小</translation>
    </message>
    <message>
        <source>Ctrl and the mouse wheel</source>
        <translation>Ctrl 加鼠标滚轮</translation>
    </message>
    <message>
        <source>Begin a search</source>
        <translation>开始搜索</translation>
    </message>
    <message>
        <source>Just type</source>
        <translation>直接输入</translation>
    </message>
    <message>
        <source>Rename or delete a concept</source>
        <translation>重命名或删除概念</translation>
    </message>
    <message>
        <source>F2 and Del in its list</source>
        <translation>在列表中按 F2 和 Del</translation>
    </message>
</context>
<context>
    <name>Backups</name>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 张照片</translation>
    </message>
    <message>
        <source>%1 photos</source>
        <translation>%1 张照片</translation>
    </message>
    <message>
        <source>1 concept</source>
        <translation>1 个概念</translation>
    </message>
    <message>
        <source>%1 concepts</source>
        <translation>%1 个概念</translation>
    </message>
    <message>
        <source>Daily</source>
        <translation>每日</translation>
    </message>
    <message>
        <source>Before an update</source>
        <translation>更新前</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手动</translation>
    </message>
    <message>
        <source>Before a restore</source>
        <translation>恢复前</translation>
    </message>
</context>
<context>
    <name>BackupsDialog</name>
    <message>
        <source>Backups of the library</source>
        <translation>图库备份</translation>
    </message>
    <message>
        <source>A backup holds your concepts and what PhotoLens knows of your photos, not the photos. One is made every day on which something has changed.</source>
        <translation>备份包含您的概念以及 PhotoLens 所知的照片信息，不含照片本身。凡有更改的日子，每天备份一次。</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>概念</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>BannerRow</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>Something went wrong: %1.</source>
        <translation>出错了：%1。</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Draw a box around the part to search for. Esc leaves.</source>
        <translation>框选要搜索的部分。按 Esc 退出。</translation>
    </message>
</context>
<context>
    <name>Card</name>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>More like this (L)</source>
        <translation>多找类似的 (L)</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Less like this (D)</source>
        <translation>少找类似的 (D)</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>not answered</source>
        <translation>未回答</translation>
    </message>
    <message>
        <source>Photo %1: %2</source>
        <translation>照片 %1：%2</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>%1, remove with Delete</source>
        <translation>%1，按 Delete 移除</translation>
    </message>
</context>
<context>
    <name>ChipPreview</name>
    <message>
        <source>This alone finds</source>
        <translation>单凭此项可找到</translation>
    </message>
</context>
<context>
    <name>ClicksBar</name>
    <message>
        <source>Clicks</source>
        <translation>点击</translation>
    </message>
    <message>
        <source>What clicks do</source>
        <translation>点击的作用</translation>
    </message>
    <message>
        <source>liked</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>disliked</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>%1 best</source>
        <translation>%1 张最佳匹配</translation>
    </message>
    <message>
        <source>%1 maybe</source>
        <translation>%1 张可能匹配</translation>
    </message>
</context>
<context>
    <name>Completion</name>
    <message>
        <source>Suggestions</source>
        <translation>建议</translation>
    </message>
</context>
<context>
    <name>ConceptChanges</name>
    <message>
        <source>Another PhotoLens is reading photos into this library; save the concept there.</source>
        <translation>另一个 PhotoLens 正在向此图库读取照片；请在那里保存概念。</translation>
    </message>
    <message>
        <source>The library&apos;s folder is read-only: no concept can be saved in it.</source>
        <translation>图库所在文件夹为只读：无法在其中保存概念。</translation>
    </message>
    <message>
        <source>It keeps: %1.</source>
        <translation>将保留：%1。</translation>
    </message>
    <message>
        <source>Save as concept</source>
        <translation>另存为概念</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>save concept</source>
        <translation>保存概念</translation>
    </message>
    <message>
        <source>save changes</source>
        <translation>保存更改</translation>
    </message>
    <message>
        <source>Changes to “%1” saved.</source>
        <translation>已保存对“%1”的更改。</translation>
    </message>
    <message>
        <source>Rename concept</source>
        <translation>重命名概念</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>创建副本</translation>
    </message>
    <message>
        <source>delete concept</source>
        <translation>删除概念</translation>
    </message>
    <message>
        <source>Deleted “%1”.</source>
        <translation>已删除“%1”。</translation>
    </message>
    <message>
        <source>Export concept</source>
        <translation>导出概念</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>已导出到 %1。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Import a concept</source>
        <translation>导入概念</translation>
    </message>
    <message>
        <source>import concept</source>
        <translation>导入概念</translation>
    </message>
    <message>
        <source>Imported “%1”.</source>
        <translation>已导入“%1”。</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>概念</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>ConceptList</name>
    <message>
        <source>Concepts</source>
        <translation>概念</translation>
    </message>
    <message>
        <source>Save a search to keep it here</source>
        <translation>保存搜索即可保留在此处</translation>
    </message>
    <message>
        <source>%1 best matches</source>
        <translation>%1 个最佳匹配</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>新增 %1</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>创建副本</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>DatesDialog</name>
    <message>
        <source>Between two dates</source>
        <translation>两个日期之间</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
</context>
<context>
    <name>DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Why this photo</source>
        <translation>为何显示此照片</translation>
    </message>
    <message>
        <source>No photo selected</source>
        <translation>未选择照片</translation>
    </message>
    <message>
        <source>Choose a photo to see what is known of it.</source>
        <translation>选择一张照片以查看其信息。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>拍摄时间</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln 张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
    <message numerus="yes">
        <source>%Ln copies</source>
        <translation>
            <numerusform>%Ln 个副本</numerusform>
        </translation>
    </message>
    <message>
        <source>File date</source>
        <translation>文件日期</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>相机</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation>曝光</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
</context>
<context>
    <name>Drops</name>
    <message>
        <source>This picture cannot be read.</source>
        <translation>无法读取此图片。</translation>
    </message>
    <message>
        <source>That was only the address of a picture, and PhotoLens never goes online. Copy the picture itself in the browser (Copy image) and paste it here.</source>
        <translation>这只是图片的地址，而 PhotoLens 从不联网。请在浏览器中复制图片本身（“复制图片”），然后粘贴到这里。</translation>
    </message>
</context>
<context>
    <name>FailuresDialog</name>
    <message>
        <source>Files that could not be read</source>
        <translation>无法读取的文件</translation>
    </message>
    <message>
        <source>Reasons shown</source>
        <translation>显示的原因</translation>
    </message>
    <message>
        <source>Find in this list</source>
        <translation>在此列表中查找</translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation>全部重试</translation>
    </message>
    <message>
        <source>Reads each of them once more, also those that are set aside</source>
        <translation>重新读取每个文件，包括已搁置的</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>复制列表</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 files. They are as they were, and are tried again when they change.</source>
        <translation>
            <numerusform>%1 个文件。文件保持原样，发生更改时会重试。</numerusform>
        </translation>
    </message>
    <message>
        <source>No file has failed.</source>
        <translation>没有失败的文件。</translation>
    </message>
    <message>
        <source>1 is set aside, as reading it broke off twice; it waits until you try again.</source>
        <translation>1 个已搁置，因为读取时两次中断；它会等到您重试。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln are set aside, as reading them broke off twice; they wait until you try again.</source>
        <translation>
            <numerusform>%Ln 个已搁置，因为读取时两次中断；它们会等到您重试。</numerusform>
        </translation>
    </message>
    <message>
        <source>All reasons</source>
        <translation>所有原因</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>已搁置</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>No photo</source>
        <translation>不是照片</translation>
    </message>
    <message>
        <source>Unknown format</source>
        <translation>未知格式</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>过大</translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation>不可读</translation>
    </message>
    <message>
        <source>Could not be processed</source>
        <translation>无法处理</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>Order</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Any folder</source>
        <translation>任意文件夹</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>任意日期</translation>
    </message>
    <message>
        <source>Any camera</source>
        <translation>任意相机</translation>
    </message>
    <message>
        <source>with a place</source>
        <translation>有地点</translation>
    </message>
    <message>
        <source>without a place</source>
        <translation>无地点</translation>
    </message>
    <message>
        <source>Any kind</source>
        <translation>任意种类</translation>
    </message>
    <message>
        <source> (offline)</source>
        <translation>（离线）</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>%1 and earlier</source>
        <translation>%1 及更早</translation>
    </message>
    <message>
        <source>Between two dates…</source>
        <translation>两个日期之间…</translation>
    </message>
    <message>
        <source>No photo says which camera took it</source>
        <translation>没有照片注明拍摄相机</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Any shape</source>
        <translation>任意形状</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>文件类型</translation>
    </message>
    <message>
        <source>Any type</source>
        <translation>任意类型</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>With or without a place</source>
        <translation>有或没有地点</translation>
    </message>
    <message>
        <source>With a place</source>
        <translation>有地点</translation>
    </message>
    <message>
        <source>Without a place</source>
        <translation>没有地点</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>%1 起</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>截至 %1</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>Landscape</source>
        <translation>横向</translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation>纵向</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>方形</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>所有照片</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln 张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Offline: its photos can be searched, with their thumbnails.</source>
        <translation>离线：仍可通过缩略图搜索其中的照片。</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>离线</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files are gone; they are kept until you say that they were deleted (right-click).</source>
        <translation>
            <numerusform>%Ln 个文件不见了；在您确认已删除之前会保留其记录（右键单击）。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 gone</source>
        <translation>缺失 %1</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Files are gone…</source>
        <translation>文件不见了…</translation>
    </message>
    <message>
        <source>Remove from PhotoLens…</source>
        <translation>从 PhotoLens 移除…</translation>
    </message>
</context>
<context>
    <name>GridView</name>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
</context>
<context>
    <name>GuidePages</name>
    <message>
        <source>Page of the guide</source>
        <translation>指南页面</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>PhotoLens user guide</source>
        <translation>PhotoLens 用户指南</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>后退（Alt+Left）</translation>
    </message>
    <message>
        <source>Forward (Alt+Right)</source>
        <translation>前进（Alt+Right）</translation>
    </message>
    <message>
        <source>Find in the guide</source>
        <translation>在指南中查找</translation>
    </message>
    <message>
        <source>%1 on this page</source>
        <translation>本页有 %1 处</translation>
    </message>
    <message>
        <source>On another page: press Enter</source>
        <translation>在其他页面：按 Enter 键</translation>
    </message>
    <message>
        <source>Not in the guide</source>
        <translation>指南中没有</translation>
    </message>
</context>
<context>
    <name>Incoming</name>
    <message>
        <source>Only the first %1 pictures are used.</source>
        <translation>仅使用前 %1 张图片。</translation>
    </message>
    <message>
        <source>%1 cannot be searched with: %2</source>
        <translation>无法用 %1 搜索：%2</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Another PhotoLens is reading photos into this library; here you can search it.</source>
        <translation>另一个 PhotoLens 正在向此图库读取照片；您可在此搜索。</translation>
    </message>
    <message>
        <source>The library&apos;s folder is read-only: you can search it, but change nothing.</source>
        <translation>图库所在文件夹为只读：可以搜索，但不能更改。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 张照片</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos, the best matches first</source>
        <translation>
            <numerusform>%Ln 张照片，最匹配的在前</numerusform>
        </translation>
    </message>
    <message>
        <source>There are new photos.</source>
        <translation>有新照片。</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>再次搜索</translation>
    </message>
    <message>
        <source>Added %1.</source>
        <translation>已添加 %1。</translation>
    </message>
    <message>
        <source>You left a search with clicks in it.</source>
        <translation>您离开了一个带有点击的搜索。</translation>
    </message>
    <message>
        <source>Back to it</source>
        <translation>返回该搜索</translation>
    </message>
    <message>
        <source>Go on reading photos</source>
        <translation>继续读取照片</translation>
    </message>
    <message>
        <source>Pause reading photos</source>
        <translation>暂停读取照片</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>MessagePage</name>
    <message>
        <source>Working</source>
        <translation>处理中</translation>
    </message>
</context>
<context>
    <name>ModelHint</name>
    <message>
        <source>This is the small built-in model. A larger one understands words far better.</source>
        <translation>这是自带的小模型。更大的模型对文字的理解要好得多。</translation>
    </message>
    <message>
        <source>See the models</source>
        <translation>查看模型</translation>
    </message>
</context>
<context>
    <name>ModelInstaller</name>
    <message>
        <source>Something went wrong. The log has the details.</source>
        <translation>出错了。详情见日志。</translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message>
        <source>About the model</source>
        <translation>关于模型</translation>
    </message>
    <message>
        <source>How far the model is</source>
        <translation>模型进度</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Download from</source>
        <translation>下载来源</translation>
    </message>
    <message>
        <source>as the system says, or http://host:port</source>
        <translation>跟随系统，或 http://host:port</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <source>Speed here</source>
        <translation>本机速度</translation>
    </message>
    <message>
        <source>Photos read</source>
        <translation>已读取照片</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>下载…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>测量速度</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Forget what it read…</source>
        <translation>忘记其读取内容…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>导入文件…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>导入文件夹…</translation>
    </message>
    <message>
        <source>Go on…</source>
        <translation>继续…</translation>
    </message>
    <message>
        <source>With another model every photo is read again, in the background; the one before goes on answering until that is done.</source>
        <translation>换用其他模型时，会在后台重新读取每张照片；完成之前由原模型继续应答。</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Looking at the files…</source>
        <translation>正在检查文件…</translation>
    </message>
    <message>
        <source>Storing the model…</source>
        <translation>正在存储模型…</translation>
    </message>
    <message>
        <source>Downloading: %1 of %2. This goes on when the settings are closed.</source>
        <translation>正在下载：%1 / %2。关闭设置后会继续。</translation>
    </message>
    <message>
        <source>%1 photos/s</source>
        <translation>%1 张/秒</translation>
    </message>
    <message>
        <source>%1: a model of your own.</source>
        <translation>%1：您自己的模型。</translation>
    </message>
    <message>
        <source>Languages: %1</source>
        <translation>语言：%1</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>占用磁盘 %1</translation>
    </message>
    <message>
        <source>Licence: %1</source>
        <translation>许可：%1</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>In use until saved</source>
        <translation>保存前使用</translation>
    </message>
    <message>
        <source>Used once saved</source>
        <translation>保存后使用</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>%1 of %2 there</source>
        <translation>已有 %1，共 %2</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>需下载 %1</translation>
    </message>
</context>
<context>
    <name>NameDialog</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Type a name first.</source>
        <translation>请先输入名称。</translation>
    </message>
</context>
<context>
    <name>NarrowDialog</name>
    <message>
        <source>Help me narrow</source>
        <translation>帮我缩小范围</translation>
    </message>
    <message>
        <source>Your answers count like clicks on photos.</source>
        <translation>您的回答等同于对照片的点击。</translation>
    </message>
    <message>
        <source>Arrow keys or 1 to 6 choose a photo, L is yes, D is no, U takes it back.</source>
        <translation>方向键或 1 到 6 选择照片，L 为是，D 为否，U 撤回。</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>都不是</translation>
    </message>
    <message>
        <source>Six more</source>
        <translation>再来六张</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Are these what you are looking for?</source>
        <translation>这些是您要找的吗？</translation>
    </message>
    <message>
        <source>Thank you. Go on?</source>
        <translation>谢谢。继续吗？</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>%1 more</source>
        <translation>还有 %1</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>part of %1</source>
        <translation>%1 的一部分</translation>
    </message>
</context>
<context>
    <name>PhotoCommands</name>
    <message numerus="yes">
        <source>Select at most %Ln photos for this.</source>
        <translation>
            <numerusform>此操作最多可选择 %Ln 张照片。</numerusform>
        </translation>
    </message>
    <message>
        <source>The system has no program for %1.</source>
        <translation>系统没有可打开 %1 的程序。</translation>
    </message>
    <message>
        <source>1 file copied; paste it in any folder.</source>
        <translation>已复制 1 个文件；可粘贴到任意文件夹。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files copied; paste them in any folder.</source>
        <translation>
            <numerusform>已复制 %Ln 个文件；可粘贴到任意文件夹。</numerusform>
        </translation>
    </message>
    <message>
        <source>Path copied.</source>
        <translation>已复制路径。</translation>
    </message>
    <message>
        <source>Move this photo to the trash?</source>
        <translation>将此照片移到回收站？</translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln photos to the trash?</source>
        <translation>
            <numerusform>将 %Ln 张照片移到回收站？</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>移到回收站</translation>
    </message>
    <message numerus="yes">
        <source>With all their copies these are %Ln files.</source>
        <translation>
            <numerusform>连同所有副本共 %Ln 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Moving to the trash…</source>
        <translation>正在移到回收站…</translation>
    </message>
    <message>
        <source>move to trash</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>%1 could not be moved to the trash: %2</source>
        <translation>无法将 %1 移到回收站：%2</translation>
    </message>
    <message>
        <source>1 file moved to the trash.</source>
        <translation>已将 1 个文件移到回收站。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files moved to the trash.</source>
        <translation>
            <numerusform>已将 %Ln 个文件移到回收站。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>%1 could not be put back: %2</source>
        <translation>无法放回 %1：%2</translation>
    </message>
    <message>
        <source>Put back where it was.</source>
        <translation>已放回原处。</translation>
    </message>
    <message>
        <source>%1 is offline. Plug in its drive to use these files.</source>
        <translation>%1 处于离线状态。请连接其驱动器以使用这些文件。</translation>
    </message>
</context>
<context>
    <name>PhotoModel</name>
    <message>
        <source>Photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>%1, waiting to be read</source>
        <translation>%1，等待读取</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>liked</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>disliked</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>dd MMMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>Photo of %1</source>
        <translation>%1 的照片</translation>
    </message>
</context>
<context>
    <name>PictureChips</name>
    <message>
        <source>Picture: %1</source>
        <translation>图片：%1</translation>
    </message>
</context>
<context>
    <name>PointingView</name>
    <message>
        <source>This photo</source>
        <translation>这张照片</translation>
    </message>
    <message>
        <source>%1 waits to be read. After that it can be searched, liked and disliked.</source>
        <translation>%1 正在等待读取。读取后即可搜索、标记喜欢或不喜欢。</translation>
    </message>
    <message>
        <source>Take back (U)</source>
        <translation>撤回 (U)</translation>
    </message>
    <message>
        <source>More like this (L)</source>
        <translation>多找类似的 (L)</translation>
    </message>
    <message>
        <source>Less like this (D)</source>
        <translation>少找类似的 (D)</translation>
    </message>
</context>
<context>
    <name>Quantities</name>
    <message>
        <source>under a second</source>
        <translation>不到 1 秒</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分钟</translation>
    </message>
</context>
<context>
    <name>QueryChip</name>
    <message>
        <source>%1 instead of %2</source>
        <translation>%1 代替 %2</translation>
    </message>
</context>
<context>
    <name>QueryWords</name>
    <message>
        <source>words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>filters</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 张图片</translation>
    </message>
    <message>
        <source>%1 pictures</source>
        <translation>%1 张图片</translation>
    </message>
    <message>
        <source>1 like</source>
        <translation>1 个喜欢</translation>
    </message>
    <message>
        <source>%1 likes</source>
        <translation>%1 个喜欢</translation>
    </message>
    <message>
        <source>1 dislike</source>
        <translation>1 个不喜欢</translation>
    </message>
    <message>
        <source>%1 dislikes</source>
        <translation>%1 个不喜欢</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>%1 instead of %2</source>
        <translation>%1 代替 %2</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>part of a picture</source>
        <translation>图片的一部分</translation>
    </message>
    <message>
        <source>you liked it</source>
        <translation>您喜欢</translation>
    </message>
    <message>
        <source>you disliked it</source>
        <translation>您不喜欢</translation>
    </message>
    <message>
        <source>file name</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>your clicks</source>
        <translation>您的点击</translation>
    </message>
</context>
<context>
    <name>RecentList</name>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Recent searches</source>
        <translation>最近的搜索</translation>
    </message>
    <message>
        <source>Show recent searches</source>
        <translation>显示最近的搜索</translation>
    </message>
    <message>
        <source>Fold recent searches</source>
        <translation>折叠最近的搜索</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>再次搜索</translation>
    </message>
    <message>
        <source>Forget this search</source>
        <translation>忘记此搜索</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Describe a photo, or drop a picture here</source>
        <translation>描述照片，或将图片拖到此处</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Balance between picture and words</source>
        <translation>图片与文字的权衡</translation>
    </message>
    <message>
        <source>How much the words count beside the pictures</source>
        <translation>文字相对于图片的权重</translation>
    </message>
    <message>
        <source>For example:  a street at night,  beach -people,  flowers since:2019,  folder:Holiday</source>
        <translation>例如：a street at night,  beach -people,  flowers since:2019,  folder:Holiday</translation>
    </message>
</context>
<context>
    <name>SelectableLabel</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>The fastest that is as good</source>
        <translation>自动：质量相同者中最快</translation>
    </message>
    <message>
        <source>Exact (float32)</source>
        <translation>精确 (float32)</translation>
    </message>
    <message>
        <source>Faster on newer processors (bfloat16)</source>
        <translation>在较新的处理器上更快 (bfloat16)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>, offline</source>
        <translation>，离线</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>PhotoLens reads the photos in these folders and follows what happens there.</source>
        <translation>PhotoLens 读取这些文件夹中的照片，并跟踪其中的变化。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Backups of the library kept</source>
        <translation>保留的图库备份数</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>one per core (%1)</source>
        <translation>每核一个 (%1)</translation>
    </message>
    <message>
        <source>Threads that read photos</source>
        <translation>读取照片的线程数</translation>
    </message>
    <message>
        <source> minutes</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source>Compare folders every</source>
        <translation>文件夹比对间隔</translation>
    </message>
    <message>
        <source>Memory for thumbnails</source>
        <translation>缩略图内存</translation>
    </message>
    <message>
        <source>Pause reading photos while on battery</source>
        <translation>使用电池时暂停读取照片</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Used from the next start on</source>
        <translation>下次启动时生效</translation>
    </message>
    <message>
        <source>Let things move: fade photos in</source>
        <translation>允许动画：照片淡入</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
</context>
<context>
    <name>Shown</name>
    <message>
        <source>That was everything; U takes a click back</source>
        <translation>已全部显示；按 U 撤回一次点击</translation>
    </message>
    <message>
        <source>Your picks</source>
        <translation>您的选择</translation>
    </message>
    <message>
        <source>Nothing stands out; what comes near is hidden</source>
        <translation>没有突出的结果；接近的结果已隐藏</translation>
    </message>
    <message>
        <source>Nothing stands out; these come nearest</source>
        <translation>没有突出的结果；以下最为接近</translation>
    </message>
    <message>
        <source>Best matches</source>
        <translation>最佳匹配</translation>
    </message>
    <message>
        <source>Maybe</source>
        <translation>可能匹配</translation>
    </message>
    <message>
        <source>The rest</source>
        <translation>其余</translation>
    </message>
    <message>
        <source>Nearer to what you disliked</source>
        <translation>更接近您不喜欢的</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>少找类似的</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Library</source>
        <translation>图库</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Photos read</source>
        <translation>已读取照片</translation>
    </message>
    <message>
        <source>Size of the photos</source>
        <translation>照片大小</translation>
    </message>
    <message>
        <source>Size of the photos (Ctrl and the mouse wheel)</source>
        <translation>照片大小（Ctrl 加鼠标滚轮）</translation>
    </message>
    <message>
        <source>1 file could not be read</source>
        <translation>1 个文件无法读取</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files could not be read</source>
        <translation>
            <numerusform>%Ln 个文件无法读取</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 selected</source>
        <translation>已选择 %1 / %2</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 张照片</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln 张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking through %1…</source>
        <translation>正在查看 %1…</translation>
    </message>
    <message>
        <source>%1 is back.</source>
        <translation>%1 已重新连接。</translation>
    </message>
    <message>
        <source>%1 is offline; its photos can still be searched.</source>
        <translation>%1 处于离线状态；仍可搜索其中的照片。</translation>
    </message>
    <message>
        <source>Paused at %1 of %2</source>
        <translation>已暂停于 %1 / %2</translation>
    </message>
    <message>
        <source>Reading photos: %1 of %2</source>
        <translation>正在读取照片：%1 / %2</translation>
    </message>
    <message>
        <source>On battery: paused at %1 of %2</source>
        <translation>使用电池：已暂停于 %1 / %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>新增 %1</translation>
    </message>
    <message>
        <source>%1 gone</source>
        <translation>缺失 %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files wait for a folder that is offline</source>
        <translation>
            <numerusform>%Ln 个文件在等待离线的文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>1 file waits for a folder that is offline</source>
        <translation>1 个文件在等待离线的文件夹</translation>
    </message>
    <message>
        <source>Up to date: %1</source>
        <translation>已是最新：%1</translation>
    </message>
</context>
<context>
    <name>TermChip</name>
    <message>
        <source>Click to turn it round, drag sideways to weigh it, double-click for 1 ×</source>
        <translation>单击反转，左右拖动调整权重，双击恢复为 1 ×</translation>
    </message>
    <message>
        <source>Click for the opposite, drag sideways to weigh it, double-click for 1 ×</source>
        <translation>单击取反，左右拖动调整权重，双击恢复为 1 ×</translation>
    </message>
    <message>
        <source>%1, looked for, weight %2. Delete removes it, Space negates it, Left and Right weigh it.</source>
        <translation>%1，查找，权重 %2。按 Delete 移除，空格取反，左右键调整权重。</translation>
    </message>
    <message>
        <source>%1, pushed away, weight %2. Delete removes it, Space negates it, Left and Right weigh it.</source>
        <translation>%1，排除，权重 %2。按 Delete 移除，空格取反，左右键调整权重。</translation>
    </message>
</context>
<context>
    <name>UndoStack</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
</context>
<context>
    <name>VanishedDialog</name>
    <message>
        <source>Files that are gone</source>
        <translation>不见的文件</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files in %2</source>
        <translation>
            <numerusform>%2 中的 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %Ln</source>
        <translation>
            <numerusform>前 %Ln 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>复制列表</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Photo viewer</source>
        <translation>照片查看器</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>This is only its thumbnail.</source>
        <translation>这只是它的缩略图。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>Whereabouts</name>
    <message>
        <source>Its file in %1 is gone, with many others. It is kept until you say they were deleted.</source>
        <translation>%1 中的此文件和许多其他文件不见了。在您确认已删除之前会保留其记录。</translation>
    </message>
    <message>
        <source>On %1, which is offline. Plug it in or connect to it to see the photo itself.</source>
        <translation>位于 %1，目前离线。请插入或连接它以查看照片本身。</translation>
    </message>
</context>
<context>
    <name>WhyView</name>
    <message>
        <source>0 is what your photos usually score; from about 2 a photo stands out.</source>
        <translation>0 是您的照片通常的得分；约 2 以上即为突出。</translation>
    </message>
    <message>
        <source>Most like what you liked</source>
        <translation>最像您喜欢的</translation>
    </message>
    <message>
        <source>Most like what you disliked</source>
        <translation>最像您不喜欢的</translation>
    </message>
    <message>
        <source>You liked it</source>
        <translation>您喜欢它</translation>
    </message>
    <message>
        <source>You disliked it</source>
        <translation>您不喜欢它</translation>
    </message>
    <message>
        <source>Its file name is what you typed</source>
        <translation>文件名与您输入的一致</translation>
    </message>
    <message>
        <source>Maybe</source>
        <translation>可能匹配</translation>
    </message>
    <message>
        <source>Not close</source>
        <translation>不接近</translation>
    </message>
    <message>
        <source>Among the best</source>
        <translation>属于最佳匹配</translation>
    </message>
    <message>
        <source>score %1, maybe from %2</source>
        <translation>得分 %1，%2 起为可能匹配</translation>
    </message>
    <message>
        <source>score %1, among the best from %2</source>
        <translation>得分 %1，%2 起为最佳匹配</translation>
    </message>
    <message>
        <source>taken together</source>
        <translation>综合</translation>
    </message>
    <message>
        <source>%1: adds %2</source>
        <translation>%1：加 %2</translation>
    </message>
    <message>
        <source>%1: takes away %2</source>
        <translation>%1：减 %2</translation>
    </message>
    <message>
        <source>Alone, this photo would score %1 with it.</source>
        <translation>仅凭此项，这张照片的得分为 %1。</translation>
    </message>
    <message>
        <source>%1 % alike</source>
        <translation>相似度 %1 %</translation>
    </message>
    <message>
        <source>Go to this photo</source>
        <translation>转到此照片</translation>
    </message>
    <message>
        <source>This picture is not in your library</source>
        <translation>此图片不在您的图库中</translation>
    </message>
</context>
<context>
    <name>WindowBackups</name>
    <message>
        <source>Making a backup…</source>
        <translation>正在备份…</translation>
    </message>
    <message>
        <source>Backed up: %1.</source>
        <translation>已备份：%1。</translation>
    </message>
</context>
<context>
    <name>WindowClicks</name>
    <message>
        <source>These photos answer another question: click when the new ones are here.</source>
        <translation>这些照片属于另一次搜索：请等新结果出现后再点击。</translation>
    </message>
    <message>
        <source>like</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>dislike</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>take a click back</source>
        <translation>撤回点击</translation>
    </message>
    <message>
        <source>It waits to be read. After that it can be liked or disliked.</source>
        <translation>正在等待读取。读取后即可标记喜欢或不喜欢。</translation>
    </message>
    <message>
        <source>forget clicks</source>
        <translation>忘记点击</translation>
    </message>
</context>
<context>
    <name>WindowDamage</name>
    <message>
        <source>Looking for a good backup…</source>
        <translation>正在查找完好的备份…</translation>
    </message>
    <message>
        <source>Go back to the backup of %1?</source>
        <translation>恢复到 %1 的备份？</translation>
    </message>
    <message>
        <source>It holds %1. What was saved since then is left out; a backup of it is made first. Your photos are not touched, and new ones are found again.</source>
        <translation>其中包含 %1。此后保存的内容将不保留；会先为其创建备份。您的照片不受影响，新照片会重新找到。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>There is no good backup. PhotoLens can read your photos again, and save what can still be read of your concepts; the damaged file is kept.</source>
        <translation>没有完好的备份。PhotoLens 可以重新读取您的照片，并挽救概念中仍可读取的部分；损坏的文件会保留。</translation>
    </message>
    <message>
        <source>Start again from the photos…</source>
        <translation>从照片重新开始…</translation>
    </message>
    <message>
        <source>The newest good backup is of %1, with %2. Photos that came later are read again.</source>
        <translation>最新的完好备份创建于 %1，包含 %2。之后的照片会重新读取。</translation>
    </message>
    <message>
        <source>Restore the backup of %1</source>
        <translation>恢复 %1 的备份</translation>
    </message>
    <message>
        <source>The catalog is damaged</source>
        <translation>目录已损坏</translation>
    </message>
    <message>
        <source>Your photos are not affected, only what PhotoLens has noted about them.</source>
        <translation>您的照片不受影响，受影响的只是 PhotoLens 记录的信息。</translation>
    </message>
    <message>
        <source>Recent searches are lost, and concepts that the damaged file does not yield any more.</source>
        <translation>最近的搜索会丢失，损坏文件中无法取出的概念也会丢失。</translation>
    </message>
    <message>
        <source>Every photo is read again, which may take hours. The damaged file is kept.</source>
        <translation>每张照片都会重新读取，可能需要数小时。损坏的文件会保留。</translation>
    </message>
    <message>
        <source>The backup of %1 is not used, and stays where it is.</source>
        <translation>不使用 %1 的备份，它会留在原处。</translation>
    </message>
    <message>
        <source>Start again from the photos?</source>
        <translation>从照片重新开始？</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Restoring the backup…</source>
        <translation>正在恢复备份…</translation>
    </message>
    <message>
        <source>Starting again…</source>
        <translation>正在重新开始…</translation>
    </message>
    <message>
        <source>Started again from the photos.</source>
        <translation>已从照片重新开始。</translation>
    </message>
    <message>
        <source>The backup of %1 is restored.</source>
        <translation>已恢复 %1 的备份。</translation>
    </message>
    <message>
        <source>The catalog of before is kept in %1.</source>
        <translation>原目录保存在 %1。</translation>
    </message>
    <message>
        <source>1 concept was saved from it.</source>
        <translation>从中挽救了 1 个概念。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln concepts were saved from it.</source>
        <translation>
            <numerusform>从中挽救了 %Ln 个概念。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WindowDialogs</name>
    <message>
        <source>Add a folder with photos</source>
        <translation>添加照片文件夹</translation>
    </message>
    <message>
        <source>Search with a picture</source>
        <translation>用图片搜索</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Remove folder</source>
        <translation>移除文件夹</translation>
    </message>
    <message>
        <source>Remove %1 from PhotoLens?</source>
        <translation>从 PhotoLens 移除 %1？</translation>
    </message>
    <message>
        <source>The photos stay on disk. Adding the folder again reads them again.</source>
        <translation>照片仍保留在磁盘上。重新添加此文件夹会再次读取照片。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Trying the model…</source>
        <translation>正在试用模型…</translation>
    </message>
    <message>
        <source>PhotoLens %1

Search your own photos by showing and telling, all on your machine.

Free software under the GNU General Public License, version 3 or later. Icons: Phosphor (MIT). Made with Qt %2.</source>
        <translation>PhotoLens %1

通过示例和描述搜索您自己的照片，全部在本机完成。

自由软件，遵循 GNU 通用公共许可证第 3 版或更高版本。图标：Phosphor (MIT)。使用 Qt %2 构建。</translation>
    </message>
    <message>
        <source>About PhotoLens</source>
        <translation>关于 PhotoLens</translation>
    </message>
    <message>
        <source>Copied. Paste it into your report; it names no photo.</source>
        <translation>已复制。请粘贴到您的报告中；其中不提及任何照片。</translation>
    </message>
</context>
<context>
    <name>WindowFrame</name>
    <message>
        <source>Searching</source>
        <translation>正在搜索</translation>
    </message>
</context>
<context>
    <name>WindowModels</name>
    <message>
        <source> It limits what you may do: %1.</source>
        <translation>它限制了您的使用：%1。</translation>
    </message>
    <message>
        <source>%1 from %2; nothing about your photos is sent.</source>
        <translation>%1，来自 %2；不会发送任何照片信息。</translation>
    </message>
    <message>
        <source>Licence: %1, %2.</source>
        <translation>许可：%1，%2。</translation>
    </message>
    <message>
        <source>Download the model %1?</source>
        <translation>下载模型 %1？</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation>导入模型</translation>
    </message>
    <message>
        <source>Remove the model %1 from this computer?</source>
        <translation>从本机移除模型 %1？</translation>
    </message>
    <message>
        <source>What was read with it stays in the library. It can be installed again.</source>
        <translation>用它读取的内容会留在图库中。可以重新安装。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>正在移除…</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>已移除。</translation>
    </message>
    <message>
        <source>Forget what %1 has read of this library?</source>
        <translation>忘记 %1 从此图库读取的内容？</translation>
    </message>
    <message>
        <source>%1 photos, %2; the model in use has read %3. Photos and concepts stay. Going back to this model reads all again.</source>
        <translation>%1 张照片，%2；使用中的模型已读取 %3。照片和概念会保留。换回此模型时会全部重新读取。</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Forgetting…</source>
        <translation>正在忘记…</translation>
    </message>
    <message>
        <source>Forgotten.</source>
        <translation>已忘记。</translation>
    </message>
    <message>
        <source>Measuring, which takes some seconds…</source>
        <translation>正在测量，需要几秒钟…</translation>
    </message>
    <message>
        <source>Measured.</source>
        <translation>已测量。</translation>
    </message>
    <message>
        <source>The model %1 is installed.</source>
        <translation>模型 %1 已安装。</translation>
    </message>
    <message>
        <source>“Use” and “Save” take it into use.</source>
        <translation>点击“使用”和“保存”即可启用。</translation>
    </message>
    <message>
        <source>Settings, Model takes it into use.</source>
        <translation>在“设置”的“模型”中启用。</translation>
    </message>
    <message>
        <source>Stopped. What was downloaded is kept.</source>
        <translation>已停止。已下载的内容会保留。</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
</context>
<context>
    <name>WindowNarrow</name>
    <message>
        <source>Search for something first.</source>
        <translation>请先搜索。</translation>
    </message>
    <message>
        <source>There is no photo left to ask about.</source>
        <translation>没有可再询问的照片了。</translation>
    </message>
    <message>
        <source>Looking for photos to ask about…</source>
        <translation>正在查找可询问的照片…</translation>
    </message>
</context>
<context>
    <name>WindowNotices</name>
    <message>
        <source>They were deleted</source>
        <translation>已被删除</translation>
    </message>
    <message>
        <source>Take them out of the library. Clicks and concepts stay.</source>
        <translation>将它们从图库中移出。点击和概念会保留。</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>They stay in the library, and are found again when they come back.</source>
        <translation>它们会留在图库中，重新出现时会再次找到。</translation>
    </message>
    <message>
        <source>Show which…</source>
        <translation>显示是哪些…</translation>
    </message>
    <message>
        <source>1 file in %2 is gone. Was it deleted?</source>
        <translation>%2 中有 1 个文件不见了。是已删除吗？</translation>
    </message>
    <message numerus="yes">
        <source>None of the %Ln photos of %2 is there. Another drive may be in its place.</source>
        <translation>
            <numerusform>%2 的 %Ln 张照片都不在。该位置可能是另一个驱动器。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %3 files in %2 are gone. Were they deleted?</source>
        <translation>
            <numerusform>%2 的 %3 个文件中有 %Ln 个不见了。是已删除吗？</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln files in %2 are gone. Were they deleted?</source>
        <translation>
            <numerusform>%2 中有 %Ln 个文件不见了。是已删除吗？</numerusform>
        </translation>
    </message>
    <message>
        <source>The files of %1 are kept; right-click the folder to be asked again.</source>
        <translation>%1 的文件会保留；右键单击该文件夹可再次询问。</translation>
    </message>
    <message>
        <source>1 file was taken out of the library.</source>
        <translation>已从图库移出 1 个文件。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files were taken out of the library.</source>
        <translation>
            <numerusform>已从图库移出 %Ln 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Shows which backup there is, before anything is done.</source>
        <translation>先显示有哪些备份，再进行操作。</translation>
    </message>
    <message>
        <source>The catalog is damaged; nothing more is written to it. Your photos are not affected.</source>
        <translation>目录已损坏；不再向其写入任何内容。您的照片不受影响。</translation>
    </message>
</context>
<context>
    <name>WindowPages</name>
    <message>
        <source>Opening your library…</source>
        <translation>正在打开图库…</translation>
    </message>
    <message>
        <source>The library cannot be opened</source>
        <translation>无法打开图库</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>正在查找照片…</translation>
    </message>
    <message>
        <source>The first ones show up in a few seconds.</source>
        <translation>几秒钟后会显示第一批。</translation>
    </message>
    <message>
        <source>No photo could be read</source>
        <translation>没有能读取的照片</translation>
    </message>
    <message>
        <source>There is a list of the files, with the reason for each.</source>
        <translation>列表中列出了这些文件及各自的原因。</translation>
    </message>
    <message>
        <source>Show the list</source>
        <translation>显示列表</translation>
    </message>
    <message>
        <source>Find any photo by describing it</source>
        <translation>描述一下，就能找到照片</translation>
    </message>
    <message>
        <source>Choose the folder with your photos. PhotoLens only reads them, on this computer; nothing is uploaded, and you can search while it reads.</source>
        <translation>请选择存放照片的文件夹。PhotoLens 只在本机读取照片，不会上传任何内容；读取期间即可搜索。</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>添加 %1</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>选择其他文件夹…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>显示所有照片</translation>
    </message>
    <message>
        <source>There is no answer to this</source>
        <translation>这个问题没有答案</translation>
    </message>
    <message>
        <source>Nothing stands out</source>
        <translation>没有突出的结果</translation>
    </message>
    <message>
        <source>There are photos that come near.</source>
        <translation>有一些接近的照片。</translation>
    </message>
    <message>
        <source>Show the nearest</source>
        <translation>显示最接近的</translation>
    </message>
    <message>
        <source>Every photo is nearer to one that you disliked</source>
        <translation>每张照片都更接近您不喜欢的某一张</translation>
    </message>
    <message>
        <source>Such photos are left out, as you chose under “Clicks”.</source>
        <translation>此类照片不显示，这是您在“点击”下的选择。</translation>
    </message>
    <message>
        <source>Forget my clicks</source>
        <translation>忘记我的点击</translation>
    </message>
    <message>
        <source>Put them last instead</source>
        <translation>改为排在最后</translation>
    </message>
    <message>
        <source>No photo meets these filters</source>
        <translation>没有符合这些筛选条件的照片</translation>
    </message>
    <message>
        <source>Your photos are still being read; results appear as they come.</source>
        <translation>仍在读取您的照片；结果会陆续显示。</translation>
    </message>
    <message>
        <source>Nothing found yet</source>
        <translation>尚未找到</translation>
    </message>
    <message>
        <source>Try other words, or fewer conditions.</source>
        <translation>请换用其他文字，或减少条件。</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>No photos in %1</source>
        <translation>%1 中没有照片</translation>
    </message>
    <message>
        <source>No photos yet</source>
        <translation>还没有照片</translation>
    </message>
    <message>
        <source>Add another folder…</source>
        <translation>添加其他文件夹…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再看一次</translation>
    </message>
    <message>
        <source>Photos that come into it show up by themselves.</source>
        <translation>放入其中的照片会自动显示。</translation>
    </message>
</context>
<context>
    <name>WindowPhotos</name>
    <message>
        <source>%1 of %2</source>
        <translation>第 %1 张，共 %2 张</translation>
    </message>
    <message>
        <source>It waits to be read. After that it can be searched, liked and disliked.</source>
        <translation>正在等待读取。读取后即可搜索、标记喜欢或不喜欢。</translation>
    </message>
</context>
<context>
    <name>WindowRecent</name>
    <message>
        <source>forget searches</source>
        <translation>忘记搜索</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Recent searches forgotten.</source>
        <translation>已忘记最近的搜索。</translation>
    </message>
</context>
<context>
    <name>WindowWaiting</name>
    <message>
        <source>%1 waiting to be read; reading is paused</source>
        <translation>%1 张等待读取；读取已暂停</translation>
    </message>
    <message>
        <source>%1 waiting to be read</source>
        <translation>%1 张等待读取</translation>
    </message>
</context>
<context>
    <name>YearScrubber</name>
    <message>
        <source>Years</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <translation>yyyy年M月</translation>
    </message>
</context>
<context>
    <name>_Model</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>Another PhotoLens is reading the library {folder}. Close it and try again.</source>
        <translation>另一个 PhotoLens 正在读取图库 {folder}。请关闭它，然后重试。</translation>
    </message>
    <message>
        <source>There is no photo library at {folder} yet.</source>
        <translation>{folder} 中还没有照片图库。</translation>
    </message>
    <message>
        <source>The library at {folder} was not closed before its folder became read-only. Open it once where it can be written, or copy the folder to such a place.</source>
        <translation>{folder} 中的图库在其文件夹变为只读之前没有关闭。请在可写入的位置打开一次，或将该文件夹复制到这样的位置。</translation>
    </message>
    <message>
        <source>The library at {folder} belongs to another user, who may change it while you read. Ask for permission to write there, or use a copy of the folder.</source>
        <translation>{folder} 中的图库属于其他用户，您读取时对方可能会更改它。请申请那里的写入权限，或使用该文件夹的副本。</translation>
    </message>
    <message>
        <source>{file} was written by a later version of PhotoLens (it has the step {step}). Please update PhotoLens; nothing was changed.</source>
        <translation>{file} 由更新版本的 PhotoLens 写入（含步骤 {step}）。请更新 PhotoLens；未作任何更改。</translation>
    </message>
    <message>
        <source>its schema cannot be read</source>
        <translation>无法读取其结构</translation>
    </message>
    <message>
        <source>This library was made by an older PhotoLens; run `{command}` once to bring it up to date.</source>
        <translation>此图库由旧版 PhotoLens 创建；请运行一次 `{command}` 将其更新。</translation>
    </message>
    <message>
        <source>{file} is in use by another program ({error}). Close it and try again.</source>
        <translation>{file} 正被其他程序使用（{error}）。请关闭该程序，然后重试。</translation>
    </message>
    <message>
        <source>The disk that holds {folder} is full. Make room, then index again; nothing is lost.</source>
        <translation>{folder} 所在的磁盘已满。请腾出空间，然后重新读取；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>{what} Run `{command}`, which keeps it and puts a backup in its place; your photos are not affected.</source>
        <translation>{what}请运行 `{command}`：它会保留原文件，并用备份取而代之；您的照片不受影响。</translation>
    </message>
    <message>
        <source>{what} Run `{command}`, which puts one in its place; your photos are not affected.</source>
        <translation>{what}请运行 `{command}`，用其中一个备份取而代之；您的照片不受影响。</translation>
    </message>
    <message>
        <source>its end is missing</source>
        <translation>缺少结尾部分</translation>
    </message>
    <message>
        <source>The catalog {file} is damaged ({why}).</source>
        <translation>目录 {file} 已损坏（{why}）。</translation>
    </message>
    <message>
        <source>The catalog {file} is missing, but there are backups of it.</source>
        <translation>目录 {file} 不见了，但有它的备份。</translation>
    </message>
    <message>
        <source>The catalog {file} cannot be opened: {reason}.</source>
        <translation>无法打开目录 {file}：{reason}。</translation>
    </message>
    <message>
        <source>it is no database</source>
        <translation>它不是数据库</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>它是空的</translation>
    </message>
    <message>
        <source>{file} cannot be written: {reason}.</source>
        <translation>无法写入 {file}：{reason}。</translation>
    </message>
    <message>
        <source>{host} refuses the download ({code} {reason}). Try again later, or get the model elsewhere and import it.</source>
        <translation>{host} 拒绝下载（{code} {reason}）。请稍后重试，或从别处获取模型后导入。</translation>
    </message>
    <message>
        <source>There is no room left in {folder}. Make room and try again.</source>
        <translation>{folder} 中已没有空间。请腾出空间，然后重试。</translation>
    </message>
    <message>
        <source>The download was stopped.</source>
        <translation>下载已停止。</translation>
    </message>
    <message>
        <source>{host} has another file than PhotoLens expects, so nothing was downloaded. Look for a newer PhotoLens, or clear the setting `mirror`.</source>
        <translation>{host} 上的文件与 PhotoLens 所需的不同，因此未下载任何内容。请查找更新的 PhotoLens，或清空设置 `mirror`。</translation>
    </message>
    <message>
        <source>the file has changed</source>
        <translation>文件已更改</translation>
    </message>
    <message>
        <source>{host} is busy ({code})</source>
        <translation>{host} 繁忙（{code}）</translation>
    </message>
    <message>
        <source>{host} does not have the file {url}. Look for a newer PhotoLens, or get the model elsewhere and import it.</source>
        <translation>{host} 上没有文件 {url}。请查找更新的 PhotoLens，或从别处获取模型后导入。</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password: give it as http://name:password@host:port.</source>
        <translation>代理需要用户名和密码：请以 http://name:password@host:port 的形式填写。</translation>
    </message>
    <message>
        <source>{host} cannot prove who it is ({reason}), so nothing was downloaded. Check this computer&apos;s date, and the settings `proxy` and `mirror`.</source>
        <translation>{host} 无法证明其身份（{reason}），因此未下载任何内容。请检查本机日期以及设置 `proxy` 和 `mirror`。</translation>
    </message>
    <message>
        <source>{host} offers {total} instead of {size}: this is not the model. Check the settings `mirror` and `proxy`, and whether the network wants you to log in first.</source>
        <translation>{host} 提供的是 {total}，而不是 {size}：这不是该模型。请检查设置 `mirror` 和 `proxy`，以及网络是否要求先登录。</translation>
    </message>
    <message>
        <source>What {host} sent is not the model: its checksum is wrong, twice. It was thrown away. Try again later, or check the settings `mirror` and `proxy`.</source>
        <translation>{host} 发来的不是该模型：校验和两次都不正确。内容已丢弃。请稍后重试，或检查设置 `mirror` 和 `proxy`。</translation>
    </message>
    <message>
        <source>There is no room for the model in {folder}: {needed} are needed for the download, {free} are free. Make room and try again.</source>
        <translation>{folder} 中没有存放模型的空间：下载需要 {needed}，可用 {free}。请腾出空间，然后重试。</translation>
    </message>
    <message>
        <source>The download was stopped. The next one goes on from here.</source>
        <translation>下载已停止。下次会从此处继续。</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>连接已断开</translation>
    </message>
    <message>
        <source>{host} sends more than it said. Try again later.</source>
        <translation>{host} 发送的内容超过其声明的大小。请稍后重试。</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>无法读取 {file}：{reason}。</translation>
    </message>
    <message>
        <source>what arrived was damaged on the way</source>
        <translation>收到的内容在途中损坏</translation>
    </message>
    <message>
        <source>The download from {host} broke off: {trouble}. Check the connection and try again; it goes on where it stopped.</source>
        <translation>从 {host} 的下载中断：{trouble}。请检查连接后重试；会从中断处继续。</translation>
    </message>
    <message>
        <source>{file} is not an open_clip model configuration.</source>
        <translation>{file} 不是 open_clip 模型配置。</translation>
    </message>
    <message>
        <source>Only models with square input are supported, not {size}.</source>
        <translation>只支持正方形输入的模型，不支持 {size}。</translation>
    </message>
    <message>
        <source>The model {name} needs its tokenizer.json beside its weights.</source>
        <translation>模型 {name} 的权重旁需要有其 tokenizer.json。</translation>
    </message>
    <message>
        <source>The precision {precision} is not known; choose {choices} or {auto}.</source>
        <translation>未知的精度 {precision}；请选择 {choices} 或 {auto}。</translation>
    </message>
    <message>
        <source>open_clip has no architecture called {name}; if it is your own, put {name}.json beside the weights.</source>
        <translation>open_clip 没有名为 {name} 的架构；如果是您自己的，请将 {name}.json 放在权重旁。</translation>
    </message>
    <message>
        <source>{name} takes {found}, not {expected} as expected.</source>
        <translation>{name} 需要 {found}，而不是预期的 {expected}。</translation>
    </message>
    <message>
        <source>The weights of {name} are damaged: they do not give finite vectors.</source>
        <translation>{name} 的权重已损坏：得不到有限的向量。</translation>
    </message>
    <message>
        <source>The model configuration {file} cannot be read: {error}.</source>
        <translation>无法读取模型配置 {file}：{error}。</translation>
    </message>
    <message>
        <source>{file} cannot be loaded as the model {name}; are these its weights? ({reason})</source>
        <translation>无法将 {file} 作为模型 {name} 载入；这是它的权重吗？（{reason}）</translation>
    </message>
    <message>
        <source>There is not enough memory for the model {name}. Close other programs, or choose a smaller model.</source>
        <translation>内存不足，无法使用模型 {name}。请关闭其他程序，或选择较小的模型。</translation>
    </message>
    <message>
        <source>The model file {file} is damaged; get it again.</source>
        <translation>模型文件 {file} 已损坏；请重新获取。</translation>
    </message>
    <message>
        <source>These weights are damaged: {name} is not all numbers. Get them again.</source>
        <translation>这些权重已损坏：{name} 中不全是数值。请重新获取。</translation>
    </message>
    <message>
        <source>The installation was stopped.</source>
        <translation>安装已停止。</translation>
    </message>
    <message>
        <source>{file} is not the tokenizer of this model; install the model again.</source>
        <translation>{file} 不是此模型的分词器；请重新安装模型。</translation>
    </message>
    <message>
        <source>This model needs the package `tokenizers`. Install it, or PhotoLens again.</source>
        <translation>此模型需要软件包 `tokenizers`。请安装它，或重新安装 PhotoLens。</translation>
    </message>
    <message>
        <source>{file} cannot be read; install the model again.</source>
        <translation>无法读取 {file}；请重新安装模型。</translation>
    </message>
    <message>
        <source>{name} cannot be downloaded. Those that can: {choices}. Any other can be imported.</source>
        <translation>{name} 无法下载。可下载的有：{choices}。其他模型可以导入。</translation>
    </message>
    <message>
        <source>{name} is built in. Give the model another name with --name.</source>
        <translation>{name} 是内置模型。请用 --name 给该模型另取名称。</translation>
    </message>
    <message>
        <source>{file} is damaged: its SHA-256 is not what it was. Copy it again.</source>
        <translation>{file} 已损坏：其 SHA-256 与原来不同。请重新复制。</translation>
    </message>
    <message>
        <source>{file} is not the published {name} (its SHA-256 differs). Get it again, or give it another name with --name.</source>
        <translation>{file} 不是已发布的 {name}（SHA-256 不同）。请重新获取，或用 --name 另取名称。</translation>
    </message>
    <message>
        <source>The tokenizer of {name} is missing or damaged; install the model again.</source>
        <translation>{name} 的分词器缺失或已损坏；请重新安装模型。</translation>
    </message>
    <message>
        <source>{name} is in use. Choose another model first.</source>
        <translation>{name} 正在使用中。请先选择其他模型。</translation>
    </message>
    <message>
        <source>{name} is built in and cannot be removed.</source>
        <translation>{name} 是内置模型，无法移除。</translation>
    </message>
    <message>
        <source>{name} is not installed.</source>
        <translation>{name} 未安装。</translation>
    </message>
    <message>
        <source>{name} cannot be the name of a model. Give one with --name: a word, or ARCHITECTURE/TAG.</source>
        <translation>{name} 不能用作模型名称。请用 --name 指定：一个词，或 ARCHITECTURE/TAG。</translation>
    </message>
    <message>
        <source>Another PhotoLens is changing {name}. Wait until it is done.</source>
        <translation>另一个 PhotoLens 正在更改 {name}。请等待其完成。</translation>
    </message>
    <message>
        <source>There is no room for the model in {folder}. Make room and try again.</source>
        <translation>{folder} 中没有存放模型的空间。请腾出空间，然后重试。</translation>
    </message>
    <message>
        <source>{folder} cannot be removed: {reason}.</source>
        <translation>无法移除 {folder}：{reason}。</translation>
    </message>
    <message>
        <source>There is no {path}.</source>
        <translation>{path} 不存在。</translation>
    </message>
    <message>
        <source>{file} is not an open_clip configuration: {error}.</source>
        <translation>{file} 不是 open_clip 配置：{error}。</translation>
    </message>
    <message>
        <source>several .safetensors files</source>
        <translation>多个 .safetensors 文件</translation>
    </message>
    <message>
        <source>no .safetensors file</source>
        <translation>零个 .safetensors 文件</translation>
    </message>
    <message>
        <source>{path} holds {said}. Give the file with the weights, or a folder with {weights} and {configuration}.</source>
        <translation>{path} 中有{said}。请指定权重文件，或包含 {weights} 和 {configuration} 的文件夹。</translation>
    </message>
    <message>
        <source>The process that computes the model {name} ended twice (status {status}). Perhaps memory ran out: close other programs, or choose a smaller model.</source>
        <translation>运算模型 {name} 的进程两次终止（状态 {status}）。可能是内存不足：请关闭其他程序，或选择较小的模型。</translation>
    </message>
    <message>
        <source>The model {name} was stopped.</source>
        <translation>模型 {name} 已停止。</translation>
    </message>
    <message>
        <source>The process that computes the model does not start: {error}.</source>
        <translation>运算模型的进程无法启动：{error}。</translation>
    </message>
    <message>
        <source>not for commercial use</source>
        <translation>不得用于商业用途</translation>
    </message>
    <message>
        <source>built in: quick and small, knows broad scenes only</source>
        <translation>内置：快速小巧，只识别大致场景</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>for most people: much better at everything, still quick</source>
        <translation>适合大多数人：各方面都好得多，且仍然快速</translation>
    </message>
    <message>
        <source>for searching in other languages than English, and for detail</source>
        <translation>适合用英语以外的语言搜索，并识别细节</translation>
    </message>
    <message>
        <source>about 100, English first</source>
        <translation>约 100 种，以英语为主</translation>
    </message>
    <message>
        <source>best results; slow without a graphics card</source>
        <translation>效果最好；没有显卡时较慢</translation>
    </message>
    <message>
        <source>the server has gone silent</source>
        <translation>服务器没有响应</translation>
    </message>
    <message>
        <source>{host} sends the download on to an address without encryption, so nothing was downloaded. Check the settings `mirror` and `proxy`.</source>
        <translation>{host} 将下载转到未加密的地址，因此未下载任何内容。请检查设置 `mirror` 和 `proxy`。</translation>
    </message>
    <message>
        <source>The halves of the model {name} do not fit together: vectors of pictures have {pictures} numbers, those of words {words}.</source>
        <translation>模型 {name} 的两部分不匹配：图片向量有 {pictures} 个数值，文字向量有 {words} 个。</translation>
    </message>
    <message>
        <source>The model {name} does not find simple pictures by their words, so its halves do not belong together, or a file beside its weights is missing. Install it again, or choose another model.</source>
        <translation>模型 {name} 无法用文字找到简单的图片，因此它的两部分并不配套，或权重旁缺少文件。请重新安装，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {name} is not installed. `photolens model install {name}` downloads it; without a network get it from {page} elsewhere and say `photolens model import FOLDER`.</source>
        <translation>模型 {name} 未安装。`photolens model install {name}` 可下载它；没有网络时，请在别处从 {page} 获取，然后运行 `photolens model import FOLDER`。</translation>
    </message>
    <message>
        <source>The model {name} is not installed, and not one that PhotoLens knows: `photolens model list` lists those. Any other open_clip model can be imported: `photolens model import FOLDER`.</source>
        <translation>模型 {name} 未安装，也不是 PhotoLens 已知的模型：`photolens model list` 会列出已知模型。其他 open_clip 模型可以导入：`photolens model import FOLDER`。</translation>
    </message>
    <message>
        <source>Give {file} a name that ends in .safetensors.</source>
        <translation>请将 {file} 的名称改为以 .safetensors 结尾。</translation>
    </message>
    <message>
        <source>The model file {file} is incomplete or damaged; get it again.</source>
        <translation>模型文件 {file} 不完整或已损坏；请重新获取。</translation>
    </message>
    <message>
        <source>The model file {file} is damaged: its SHA-256 has changed. Install it again.</source>
        <translation>模型文件 {file} 已损坏：其 SHA-256 已改变。请重新安装。</translation>
    </message>
    <message>
        <source>{file} is not the published {name} (its SHA-256 differs); install it again.</source>
        <translation>{file} 不是已发布的 {name}（SHA-256 不同）；请重新安装。</translation>
    </message>
    <message>
        <source>The path of the model file holds a NUL character.</source>
        <translation>模型文件的路径中含有 NUL 字符。</translation>
    </message>
    <message>
        <source>The model file {file} cannot be read: {reason}.</source>
        <translation>无法读取模型文件 {file}：{reason}。</translation>
    </message>
    <message>
        <source>{file} is not a safetensors file. PhotoLens reads only that format; most models are published in it, look for `open_clip_model.safetensors`.</source>
        <translation>{file} 不是 safetensors 文件。PhotoLens 只读取这种格式；大多数模型都以它发布，请查找 `open_clip_model.safetensors`。</translation>
    </message>
    <message>
        <source>The model file {file} cannot be found: {error}</source>
        <translation>找不到模型文件 {file}：{error}</translation>
    </message>
    <message>
        <source>Reading this file took more than a minute.</source>
        <translation>读取此文件用了超过一分钟。</translation>
    </message>
    <message>
        <source>Reading this file crashed the decoder.</source>
        <translation>读取此文件时解码器崩溃。</translation>
    </message>
    <message>
        <source>Reading this file took more than a minute twice, so it is set aside.</source>
        <translation>两次读取此文件都用了超过一分钟，因此已搁置。</translation>
    </message>
    <message>
        <source>Reading this file crashed the decoder twice, so it is set aside.</source>
        <translation>读取此文件时解码器两次崩溃，因此已搁置。</translation>
    </message>
    <message numerus="yes">
        <source>{count} bytes</source>
        <translation>
            <numerusform>{count} 字节</numerusform>
        </translation>
    </message>
    <message>
        <source>The settings are in use, but could not be saved in {file}: {reason}.</source>
        <translation>设置已生效，但无法保存到 {file}：{reason}。</translation>
    </message>
    <message>
        <source>This picture could not be processed.</source>
        <translation>无法处理此图片。</translation>
    </message>
    <message>
        <source>The picture is damaged.</source>
        <translation>图片已损坏。</translation>
    </message>
    <message>
        <source>{width} x {height} pixels is more than the {limit} million that are read.</source>
        <translation>{width} × {height} 像素超过可读取的 {limit} 百万像素。</translation>
    </message>
    <message>
        <source>The picture needs more memory than is allowed.</source>
        <translation>图片所需内存超过允许的限度。</translation>
    </message>
    <message>
        <source>Reading this picture would take too long.</source>
        <translation>读取此图片耗时会过长。</translation>
    </message>
    <message>
        <source>The system could not read the file: {reason}.</source>
        <translation>系统无法读取文件：{reason}。</translation>
    </message>
    <message>
        <source>The file ends too early; part of the picture is missing.</source>
        <translation>文件提前结束；图片缺少一部分。</translation>
    </message>
    <message>
        <source>The file is not there.</source>
        <translation>文件不存在。</translation>
    </message>
    <message>
        <source>No permission to read the file.</source>
        <translation>没有读取此文件的权限。</translation>
    </message>
    <message>
        <source>This is a folder, not a file.</source>
        <translation>这是文件夹，不是文件。</translation>
    </message>
    <message>
        <source>There is not enough memory to read this picture.</source>
        <translation>内存不足，无法读取此图片。</translation>
    </message>
    <message>
        <source>The picture has more pixels than are read.</source>
        <translation>图片的像素数超过可读取的限度。</translation>
    </message>
    <message>
        <source>The file name is not valid.</source>
        <translation>文件名无效。</translation>
    </message>
    <message>
        <source>Photoshop files</source>
        <translation>Photoshop 文件</translation>
    </message>
    <message>
        <source>JPEG 2000 files</source>
        <translation>JPEG 2000 文件</translation>
    </message>
    <message>
        <source>This is not a picture.</source>
        <translation>这不是图片。</translation>
    </message>
    <message>
        <source>This photo could not be processed.</source>
        <translation>无法处理此照片。</translation>
    </message>
    <message>
        <source>This installation cannot read {kind} pictures.</source>
        <translation>此安装无法读取 {kind} 图片。</translation>
    </message>
    <message>
        <source>{unread} are not read yet.</source>
        <translation>尚不支持读取 {unread}。</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>文件是空的。</translation>
    </message>
    <message>
        <source>The file has {size} MB, more than the {limit} MB that are read.</source>
        <translation>文件有 {size} MB，超过可读取的 {limit} MB。</translation>
    </message>
    <message>
        <source>This is not an ordinary file.</source>
        <translation>这不是普通文件。</translation>
    </message>
    <message>
        <source>This RAW file is damaged, or its camera or format is not known yet.</source>
        <translation>此 RAW 文件已损坏，或尚不支持其相机或格式。</translation>
    </message>
    <message>
        <source>This installation cannot read RAW files.</source>
        <translation>此安装无法读取 RAW 文件。</translation>
    </message>
    <message>
        <source>The system ended the process that reads pictures, perhaps because memory ran out.</source>
        <translation>系统终止了读取图片的进程，可能是因为内存不足。</translation>
    </message>
    <message>
        <source>The library is closed.</source>
        <translation>图库已关闭。</translation>
    </message>
    <message>
        <source>The file did not arrive within five minutes. Is its drive or network there?</source>
        <translation>文件在五分钟内没有读到。其驱动器或网络是否可用？</translation>
    </message>
    <message>
        <source>The process that reads pictures does not start (status {status}).</source>
        <translation>读取图片的进程无法启动（状态 {status}）。</translation>
    </message>
    <message>
        <source>The process that reads pictures does not start: {error}.</source>
        <translation>读取图片的进程无法启动：{error}。</translation>
    </message>
    <message>
        <source>The file is still being written.</source>
        <translation>文件仍在写入中。</translation>
    </message>
    <message>
        <source>The file is no longer there.</source>
        <translation>文件已不存在。</translation>
    </message>
    <message>
        <source>The file cannot be read: {reason}.</source>
        <translation>无法读取文件：{reason}。</translation>
    </message>
    <message>
        <source>This is not a file.</source>
        <translation>这不是文件。</translation>
    </message>
    <message>
        <source>The file is larger than {limit} MB.</source>
        <translation>文件大于 {limit} MB。</translation>
    </message>
    <message numerus="yes">
        <source>No permission to look into {folder} and {count} other folders; what is known is kept.</source>
        <translation>
            <numerusform>没有查看 {folder} 和其他 {count} 个文件夹的权限；已知内容会保留。</numerusform>
        </translation>
    </message>
    <message>
        <source>No permission to look into {folder}; what is known is kept.</source>
        <translation>没有查看 {folder} 的权限；已知内容会保留。</translation>
    </message>
    <message>
        <source>{path} is the library&apos;s own folder; choose the one that holds your photos.</source>
        <translation>{path} 是图库自己的文件夹；请选择存放照片的文件夹。</translation>
    </message>
    <message>
        <source>{folder} is on a network drive, which does not tell of changes: PhotoLens looks for changes there every {seconds} seconds, less often if it is large.</source>
        <translation>{folder} 位于不通知更改的网络驱动器上：PhotoLens 每 {seconds} 秒在那里查找更改，文件夹较大时间隔更长。</translation>
    </message>
    <message>
        <source>{folder} cannot be watched live (it may have more folders than this computer allows): PhotoLens looks for changes there every {seconds} seconds, less often if it is large.</source>
        <translation>无法实时监视 {folder}（其中的文件夹可能超过本机允许的数量）：PhotoLens 每 {seconds} 秒在那里查找更改，文件夹较大时间隔更长。</translation>
    </message>
    <message>
        <source>{path} is not one of this library&apos;s folders.</source>
        <translation>{path} 不是此图库的文件夹。</translation>
    </message>
    <message>
        <source>{path} is offline, so nothing was removed. Plug in its drive, then try again.</source>
        <translation>{path} 处于离线状态，因此未移除任何内容。请连接其驱动器，然后重试。</translation>
    </message>
    <message>
        <source>The model could not read this photo: {why}</source>
        <translation>模型无法读取此照片：{why}</translation>
    </message>
    <message>
        <source>the model gives no usable numbers for it</source>
        <translation>模型未能为其给出可用的数值</translation>
    </message>
    <message>
        <source>PhotoLens could not read it: {error}</source>
        <translation>PhotoLens 无法读取它：{error}</translation>
    </message>
    <message>
        <source>The name of the folder is empty.</source>
        <translation>文件夹名称为空。</translation>
    </message>
    <message>
        <source>There is no folder {path}. Check the spelling, or plug in its drive.</source>
        <translation>没有文件夹 {path}。请检查拼写，或连接其驱动器。</translation>
    </message>
    <message>
        <source>{path} is a file; give the folder that holds it.</source>
        <translation>{path} 是文件；请指定它所在的文件夹。</translation>
    </message>
    <message>
        <source>No permission to look into {path}.</source>
        <translation>没有查看 {path} 的权限。</translation>
    </message>
    <message>
        <source>The folder {path} cannot be read: {reason}.</source>
        <translation>无法读取文件夹 {path}：{reason}。</translation>
    </message>
    <message>
        <source>Indexing cannot go on: {reason}.</source>
        <translation>无法继续读取照片：{reason}。</translation>
    </message>
    <message>
        <source>The disk that holds the library is full. Make room, then index again; nothing is lost.</source>
        <translation>图库所在的磁盘已满。请腾出空间，然后重新读取；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>Indexing cannot go on: {reason} ({file}).</source>
        <translation>无法继续读取照片：{reason}（{file}）。</translation>
    </message>
    <message>
        <source>Indexing cannot go on because of an error: {error}</source>
        <translation>由于出错，无法继续读取照片：{error}</translation>
    </message>
    <message>
        <source>of {time} ({photos}, {concepts})</source>
        <translation>{time}（{photos}，{concepts}）</translation>
    </message>
    <message>
        <source>The backup {file} is damaged. Choose another.</source>
        <translation>备份 {file} 已损坏。请选择其他备份。</translation>
    </message>
    <message>
        <source>{what} The newest good backup is {backup}. `{command}` puts it in place and keeps the damaged file; your photos are not affected.</source>
        <translation>{what}最新的完好备份是 {backup}。`{command}` 会用它替换并保留损坏的文件；您的照片不受影响。</translation>
    </message>
    <message>
        <source>{what} The newest good backup is {backup}. `{command}` puts it in place; your photos are not affected.</source>
        <translation>{what}最新的完好备份是 {backup}。`{command}` 会将其放到位；您的照片不受影响。</translation>
    </message>
    <message>
        <source>{what} There is no good backup. `{command}` keeps the damaged file and starts again from your photos, which are not affected.</source>
        <translation>{what}没有完好的备份。`{command}` 会保留损坏的文件，并从您的照片重新开始；照片不受影响。</translation>
    </message>
    <message>
        <source>{what} There is no good backup. `{command}` starts again from your photos, which are not affected.</source>
        <translation>{what}没有完好的备份。`{command}` 会从您的照片重新开始；照片不受影响。</translation>
    </message>
    <message numerus="yes">
        <source>{count} photos</source>
        <translation>
            <numerusform>{count} 张照片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} concepts</source>
        <translation>
            <numerusform>{count} 个概念</numerusform>
        </translation>
    </message>
    <message>
        <source>The disk that holds {folder} has too little room for a backup of {size} MB.</source>
        <translation>{folder} 所在的磁盘空间不足，无法存放 {size} MB 的备份。</translation>
    </message>
    <message>
        <source>The backup in {folder} is not what was written. Check that disk.</source>
        <translation>{folder} 中的备份与写入的内容不符。请检查该磁盘。</translation>
    </message>
    <message>
        <source>No backup could be made in {folder}: {reason}.</source>
        <translation>无法在 {folder} 中创建备份：{reason}。</translation>
    </message>
    <message>
        <source>The catalog in {library} could not be restored: {reason}.</source>
        <translation>无法恢复 {library} 中的目录：{reason}。</translation>
    </message>
    <message>
        <source>{path} is not a concept file. Choose one that PhotoLens has exported.</source>
        <translation>{path} 不是概念文件。请选择由 PhotoLens 导出的文件。</translation>
    </message>
    <message>
        <source>{path} is damaged: {what}. Ask for the file once more.</source>
        <translation>{path} 已损坏：{what}。请重新索取该文件。</translation>
    </message>
    <message>
        <source>{name} has {pictures} pictures; a file takes {most}. Take back some judgements, then export it again.</source>
        <translation>{name} 有 {pictures} 张图片；一个文件最多容纳 {most} 张。请撤回一些点击，然后重新导出。</translation>
    </message>
    <message>
        <source>its list of parts is wrong</source>
        <translation>其部件列表有误</translation>
    </message>
    <message>
        <source>a picture comes twice, or a vector is missing</source>
        <translation>有图片重复，或缺少向量</translation>
    </message>
    <message>
        <source>its name is none</source>
        <translation>其名称无效</translation>
    </message>
    <message>
        <source>a picture is too large or no JPEG</source>
        <translation>有图片过大或不是 JPEG</translation>
    </message>
    <message>
        <source>{name} has another name, is compressed or too large</source>
        <translation>{name} 名称不符、被压缩或过大</translation>
    </message>
    <message>
        <source>{name} is not what was written</source>
        <translation>{name} 与写入的内容不符</translation>
    </message>
    <message>
        <source>its vectors have another length</source>
        <translation>其向量长度不符</translation>
    </message>
    <message>
        <source>its vectors are no unit vectors</source>
        <translation>其向量不是单位向量</translation>
    </message>
    <message>
        <source>its model is not described</source>
        <translation>没有说明其模型</translation>
    </message>
    <message>
        <source>it holds the path of a folder</source>
        <translation>其中含有文件夹路径</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}. Choose another place.</source>
        <translation>无法写入 {path}：{reason}。请选择其他位置。</translation>
    </message>
    <message>
        <source>{path} is damaged: {reason} Ask for the file once more.</source>
        <translation>{path} 已损坏：{reason}请重新索取该文件。</translation>
    </message>
    <message>
        <source>its parts do not fit together</source>
        <translation>各部分不一致</translation>
    </message>
    <message>
        <source>{path} is larger than the {limit} MB that a concept file may have.</source>
        <translation>{path} 超过概念文件允许的 {limit} MB。</translation>
    </message>
    <message>
        <source>{name} is compressed or too large</source>
        <translation>{name} 被压缩或过大</translation>
    </message>
    <message>
        <source>{path} was written by a later version of PhotoLens. Update PhotoLens, then import it again.</source>
        <translation>{path} 由更新版本的 PhotoLens 写入。请更新 PhotoLens，然后重新导入。</translation>
    </message>
    <message>
        <source>its version is none</source>
        <translation>其版本无效</translation>
    </message>
    <message>
        <source>its vectors have no model</source>
        <translation>其向量没有对应的模型</translation>
    </message>
    <message>
        <source>a picture is missing</source>
        <translation>缺少图片</translation>
    </message>
    <message numerus="yes">
        <source>There are: {names} and {count} more.</source>
        <translation>
            <numerusform>现有：{names}，以及另外 {count} 个。</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no concept with the number {number}.</source>
        <translation>没有编号为 {number} 的概念。</translation>
    </message>
    <message>
        <source>There is no concept called “{name}”.</source>
        <translation>没有名为“{name}”的概念。</translation>
    </message>
    <message>
        <source>{missing} {there}</source>
        <translation>{missing}{there}</translation>
    </message>
    <message>
        <source>There is none yet.</source>
        <translation>目前还没有。</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>现有：{names}。</translation>
    </message>
    <message>
        <source>A concept needs a name: type one.</source>
        <translation>概念需要名称：请输入一个。</translation>
    </message>
    <message>
        <source>A name has at most {most} characters, this one has {length}. Shorten it.</source>
        <translation>名称最多 {most} 个字符，此名称有 {length} 个。请缩短。</translation>
    </message>
    <message>
        <source>There is a concept called “{name}” already. Choose another name.</source>
        <translation>已有名为“{name}”的概念。请另选名称。</translation>
    </message>
    <message>
        <source>The concept {concept} is damaged and cannot be read. Delete it.</source>
        <translation>概念 {concept} 已损坏，无法读取。请将其删除。</translation>
    </message>
    <message>
        <source>There is nothing to save yet: search for something first.</source>
        <translation>还没有可保存的内容：请先进行搜索。</translation>
    </message>
    <message>
        <source>“{concept}” was made with the model {model}. This library uses {own}, which looks at its pictures anew.</source>
        <translation>“{concept}”是用模型 {model} 创建的。此图库使用 {own}，它会重新查看其中的图片。</translation>
    </message>
    <message>
        <source>Searching with {old} until the photos are read with {new}.</source>
        <translation>在用 {new} 读完照片之前，使用 {old} 搜索。</translation>
    </message>
    <message>
        <source>Searching with the new model now.</source>
        <translation>现在使用新模型搜索。</translation>
    </message>
    <message>
        <source>This library was opened for reading only.</source>
        <translation>此图库以只读方式打开。</translation>
    </message>
    <message>
        <source>A restore of the catalog in {library} cannot be finished: {reason}.</source>
        <translation>无法完成 {library} 中目录的恢复：{reason}。</translation>
    </message>
    <message>
        <source>The library was closed before the backup was made.</source>
        <translation>图库在备份完成之前已关闭。</translation>
    </message>
    <message>
        <source>The catalog cannot be read: {error}.</source>
        <translation>无法读取目录：{error}。</translation>
    </message>
    <message>
        <source>{why} Nothing is written to it until PhotoLens is started again.</source>
        <translation>{why}在重新启动 PhotoLens 之前，不会向其写入任何内容。</translation>
    </message>
    <message>
        <source>Photo {photo} is not in this library; take it out of the search.</source>
        <translation>照片 {photo} 不在此图库中；请将其从搜索中移除。</translation>
    </message>
    <message>
        <source>This search cannot be saved: {error}.</source>
        <translation>无法保存此搜索：{error}。</translation>
    </message>
    <message>
        <source>it is not JSON</source>
        <translation>不是 JSON</translation>
    </message>
    <message>
        <source>The pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>The picture {path}</source>
        <translation>图片 {path}</translation>
    </message>
    <message>
        <source>{name} cannot be kept: {reason}</source>
        <translation>无法保留{name}：{reason}</translation>
    </message>
    <message>
        <source>The folder {folder} is offline. Plug in the drive that holds it, or connect to it, then try again.</source>
        <translation>文件夹 {folder} 处于离线状态。请插入其所在的驱动器或连接到它，然后重试。</translation>
    </message>
    <message>
        <source>The file is not there any more: it was moved, renamed or deleted.</source>
        <translation>文件已不存在：它被移动、重命名或删除了。</translation>
    </message>
    <message>
        <source>The library folder {library} cannot be used: {reason}. Choose another with --library.</source>
        <translation>无法使用图库文件夹 {library}：{reason}。请用 --library 选择其他文件夹。</translation>
    </message>
    <message>
        <source>Another PhotoLens is already working on the library {library}. Close it, or wait until it is done; searching works meanwhile.</source>
        <translation>另一个 PhotoLens 已在使用图库 {library}。请关闭它，或等待其完成；期间仍可搜索。</translation>
    </message>
    <message>
        <source>The library folder {library} cannot be locked: {reason}.</source>
        <translation>无法锁定图库文件夹 {library}：{reason}。</translation>
    </message>
    <message>
        <source>The library folder {library} cannot be written, so nothing can be changed in it. Searching works.</source>
        <translation>无法写入图库文件夹 {library}，因此不能更改其中的内容。可以搜索。</translation>
    </message>
    <message>
        <source>its version is {version}</source>
        <translation>其版本为 {version}</translation>
    </message>
    <message>
        <source>a photo has no proper number</source>
        <translation>有照片的编号无效</translation>
    </message>
    <message>
        <source>a picture has no proper hash</source>
        <translation>有图片的哈希值无效</translation>
    </message>
    <message>
        <source>a region does not have four numbers</source>
        <translation>有区域不是四个数值</translation>
    </message>
    <message>
        <source>a region is empty</source>
        <translation>有区域为空</translation>
    </message>
    <message>
        <source>has_gps is neither true nor false</source>
        <translation>has_gps 既不是真也不是假</translation>
    </message>
    <message>
        <source>an object is missing</source>
        <translation>缺少对象</translation>
    </message>
    <message>
        <source>the field {field} is not known</source>
        <translation>未知的字段 {field}</translation>
    </message>
    <message>
        <source>{name} is no list</source>
        <translation>{name} 不是列表</translation>
    </message>
    <message>
        <source>a text is missing or too long</source>
        <translation>缺少文本或文本过长</translation>
    </message>
    <message>
        <source>a text holds a zero</source>
        <translation>文本中含有零字符</translation>
    </message>
    <message>
        <source>a number is missing</source>
        <translation>缺少数值</translation>
    </message>
    <message>
        <source>a number does not lie between {lowest} and {highest}</source>
        <translation>有数值不在 {lowest} 与 {highest} 之间</translation>
    </message>
    <message>
        <source>a judgement is neither true nor false</source>
        <translation>有评价既不是真也不是假</translation>
    </message>
    <message>
        <source>a text holds half a character</source>
        <translation>文本中含有半个字符</translation>
    </message>
    <message>
        <source>a date cannot be read</source>
        <translation>有日期无法读取</translation>
    </message>
    <message>
        <source>a {kind} is not known</source>
        <translation>有未知的 {kind}</translation>
    </message>
    <message>
        <source>The restore of the catalog in {library} was begun and is finished at the next start ({reason}).</source>
        <translation>{library} 中目录的恢复已开始，将在下次启动时完成（{reason}）。</translation>
    </message>
    <message>
        <source>Dislikes alone find nothing: like a photo too, or say what you are looking for.</source>
        <translation>只有不喜欢无法搜索：请也喜欢一张照片，或说明您要找什么。</translation>
    </message>
    <message>
        <source>There is nothing to search for: type a few words or give a picture.</source>
        <translation>没有要搜索的内容：请输入几个词，或提供一张图片。</translation>
    </message>
    <message>
        <source>Nothing was asked for, so there is nothing to explain.</source>
        <translation>没有搜索任何内容，因此没有可解释的。</translation>
    </message>
    <message>
        <source>No photo has been read with this model yet.</source>
        <translation>尚未用此模型读取任何照片。</translation>
    </message>
    <message>
        <source>This photo has not been read yet, so nothing can be said of it.</source>
        <translation>此照片尚未读取，因此无法说明。</translation>
    </message>
    <message>
        <source>Search for something first: then its answer can be narrowed.</source>
        <translation>请先进行搜索，然后可缩小其结果范围。</translation>
    </message>
    <message>
        <source>the model gives no usable numbers for it.</source>
        <translation>模型未能为其给出可用的数值。</translation>
    </message>
    <message>
        <source>Photo {photo}</source>
        <translation>照片 {photo}</translation>
    </message>
    <message>
        <source>{name} cannot be searched with: {reason}</source>
        <translation>无法用{name}搜索：{reason}</translation>
    </message>
    <message>
        <source>The model gives no usable numbers for “{text}”: use other words.</source>
        <translation>模型未能为“{text}”给出可用的数值：请换用其他词。</translation>
    </message>
    <message>
        <source>The system&apos;s trash did not take the file: {reason}.</source>
        <translation>系统回收站未接受该文件：{reason}。</translation>
    </message>
    <message>
        <source>The file could not be put back: {reason}.</source>
        <translation>无法放回文件：{reason}。</translation>
    </message>
    <message>
        <source>The file is already gone.</source>
        <translation>文件已经不在了。</translation>
    </message>
    <message>
        <source>There is no trash on this drive, and PhotoLens does not delete for good.</source>
        <translation>此驱动器没有回收站，而 PhotoLens 不会永久删除。</translation>
    </message>
    <message>
        <source>The drive is read-only.</source>
        <translation>驱动器为只读。</translation>
    </message>
    <message>
        <source>No permission to move the file: it is write-protected, or its folder is.</source>
        <translation>没有移动文件的权限：文件或其文件夹受写保护。</translation>
    </message>
    <message>
        <source>Open the system&apos;s trash and put the file back from there.</source>
        <translation>请打开系统回收站，从那里还原文件。</translation>
    </message>
    <message>
        <source>The file is no longer in the trash.</source>
        <translation>文件已不在回收站中。</translation>
    </message>
    <message>
        <source>Another file has taken its place; the photo is still in the trash.</source>
        <translation>原位置已有其他文件；照片仍在回收站中。</translation>
    </message>
    <message>
        <source>No permission to write to its folder; the photo is still in the trash.</source>
        <translation>没有写入其文件夹的权限；照片仍在回收站中。</translation>
    </message>
    <message>
        <source>The drive is full; the photo is still in the trash.</source>
        <translation>驱动器已满；照片仍在回收站中。</translation>
    </message>
    <message>
        <source>The file has changed since PhotoLens read it, and was left alone.</source>
        <translation>PhotoLens 读取后文件已更改，因此未作处理。</translation>
    </message>
    <message>
        <source>This file could not be read, or it is not there any more.</source>
        <translation>此文件无法读取，或者已不存在。</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>Connection reset by peer</source>
        <translation>连接被对方重置</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>连接超时</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>设备或资源忙</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>超出磁盘配额</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名过长</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>是文件夹</translation>
    </message>
    <message>
        <source>Name or service not known</source>
        <translation>未知的名称或服务</translation>
    </message>
    <message>
        <source>Network is unreachable</source>
        <translation>网络不可达</translation>
    </message>
    <message>
        <source>No route to host</source>
        <translation>没有到服务器的路由</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>设备上没有剩余空间</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有那个文件或文件夹</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>不允许的操作</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>权限不足</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>只读文件系统</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>文件句柄已失效</translation>
    </message>
    <message>
        <source>Temporary failure in name resolution</source>
        <translation>暂时无法解析服务器名称</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>Transport endpoint is not connected</source>
        <translation>与驱动器的连接已断开</translation>
    </message>
    <message>
        <source>A minus works with has:gps only; type {example} without it.</source>
        <translation>减号只适用于 has:gps；请去掉减号，输入 {example}。</translation>
    </message>
    <message>
        <source>Something is missing right after “{key}:”; type, for example, {example}.</source>
        <translation>“{key}:”后面缺少内容；例如输入 {example}。</translation>
    </message>
    <message>
        <source>No day is both since {since} and until {until}. Change the dates that were chosen or typed.</source>
        <translation>没有既在 {since} 之后又在 {until} 之前的日期。请更改所选或输入的日期。</translation>
    </message>
    <message>
        <source>“{value}” is no file type; type, for example, {example}.</source>
        <translation>“{value}”不是文件类型；例如输入 {example}。</translation>
    </message>
    <message>
        <source>Type either is:{orientation} or is:{other}; no photo is both.</source>
        <translation>请只输入 is:{orientation} 或 is:{other} 之一；没有照片同时符合两者。</translation>
    </message>
    <message>
        <source>“has:{value}” is not known; type {example}.</source>
        <translation>未知的“has:{value}”；请输入 {example}。</translation>
    </message>
    <message>
        <source>Type either has:gps or -has:gps, not both.</source>
        <translation>请只输入 has:gps 或 -has:gps 之一。</translation>
    </message>
    <message>
        <source>“{value}” is no date; type {example}.</source>
        <translation>“{value}”不是日期；请输入 {example}。</translation>
    </message>
    <message>
        <source>No day is both since {since} and until {until}; type the earlier date in since:.</source>
        <translation>没有既在 {since} 之后又在 {until} 之前的日期；请把较早的日期写在 since: 中。</translation>
    </message>
    <message>
        <source>“is:{value}” is not known; type {example}.</source>
        <translation>未知的“is:{value}”；请输入 {example}。</translation>
    </message>
    <message>
        <source>There is no filter “{key}:”. Did you mean {meant}:{value}? To search for the words, put them in quotes.</source>
        <translation>没有筛选条件“{key}:”。您是指 {meant}:{value} 吗？如要搜索这些词，请加上引号。</translation>
    </message>
    <message>
        <source>{some} or {last}</source>
        <translation>{some} 或 {last}</translation>
    </message>
    <message>
        <source>There is no photo {photo} in this library.</source>
        <translation>此图库中没有照片 {photo}。</translation>
    </message>
    <message>
        <source>There is no photo library at {folder} yet. Index a folder first, for example: {command}</source>
        <translation>{folder} 中还没有照片图库。请先读取一个文件夹，例如：{command}</translation>
    </message>
    <message>
        <source>Photo {photo} is not in the library, or not indexed yet.</source>
        <translation>照片 {photo} 不在图库中，或尚未读取。</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>Unknown setting `{name}`; known are {names}.</source>
        <translation>未知的设置 `{name}`；已知的有 {names}。</translation>
    </message>
    <message>
        <source>The setting `model` is empty; remove the line to get the built-in model.</source>
        <translation>设置 `model` 为空；删除该行即可使用内置模型。</translation>
    </message>
    <message>
        <source>The setting `threads` must lie between 0 (one per core) and 256.</source>
        <translation>设置 `threads` 必须在 0（每核一个）与 256 之间。</translation>
    </message>
    <message>
        <source>The setting `rescan_minutes` must lie between 1 and 10080 (a week).</source>
        <translation>设置 `rescan_minutes` 必须在 1 与 10080（一周）之间。</translation>
    </message>
    <message>
        <source>The setting `backups` must lie between 0 (make none) and 1000.</source>
        <translation>设置 `backups` 必须在 0（不备份）与 1000 之间。</translation>
    </message>
    <message>
        <source>The setting `precision` must be {choices}.</source>
        <translation>设置 `precision` 必须是 {choices}。</translation>
    </message>
    <message>
        <source>The setting `mirror` must be an address that begins with https:// or http://.</source>
        <translation>设置 `mirror` 必须是以 https:// 或 http:// 开头的地址。</translation>
    </message>
    <message>
        <source>The setting `proxy` must be http://host:port.</source>
        <translation>设置 `proxy` 必须是 http://host:port。</translation>
    </message>
    <message>
        <source>The setting `language` must be {choices}.</source>
        <translation>设置 `language` 必须是 {choices}。</translation>
    </message>
    <message>
        <source>The setting `theme` must be {choices}.</source>
        <translation>设置 `theme` 必须是 {choices}。</translation>
    </message>
    <message>
        <source>The setting `thumbnail_memory_mb` must lie between 64 and 4096.</source>
        <translation>设置 `thumbnail_memory_mb` 必须在 64 与 4096 之间。</translation>
    </message>
    <message>
        <source>The settings could not be read ({reason}); using the defaults.</source>
        <translation>无法读取设置（{reason}）；使用默认值。</translation>
    </message>
    <message>
        <source>The settings file is not valid: {problem} Using the defaults.</source>
        <translation>设置文件无效：{problem}使用默认值。</translation>
    </message>
    <message>
        <source>The settings file is not valid: {problem} Using the defaults. Your file is kept as {file}.</source>
        <translation>设置文件无效：{problem}使用默认值。您的文件保留为 {file}。</translation>
    </message>
    <message>
        <source>The setting `{name}` must be {kind}.</source>
        <translation>设置 `{name}` 必须是{kind}。</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Something went wrong: %1. The log has the details.</source>
        <translation>出错了：%1。详情见日志。</translation>
    </message>
</context>
</TS>
