<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Look for changes now</source>
        <translation>Jetzt nach Änderungen suchen</translation>
    </message>
    <message>
        <source>Pause reading photos</source>
        <translation>Einlesen anhalten</translation>
    </message>
    <message>
        <source>Files that could not be read…</source>
        <translation>Nicht lesbare Dateien…</translation>
    </message>
    <message>
        <source>Back up the library now</source>
        <translation>Bibliothek jetzt sichern</translation>
    </message>
    <message>
        <source>Backups…</source>
        <translation>Sicherungen…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search with a picture file…</source>
        <translation>Mit Bilddatei suchen…</translation>
    </message>
    <message>
        <source>Search with the copied picture</source>
        <translation>Mit kopiertem Bild suchen</translation>
    </message>
    <message>
        <source>Find similar photos</source>
        <translation>Ähnliche Fotos finden</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Choose dates…</source>
        <translation>Zeitraum wählen…</translation>
    </message>
    <message>
        <source>Choose camera…</source>
        <translation>Kamera wählen…</translation>
    </message>
    <message>
        <source>Choose type or shape…</source>
        <translation>Typ oder Format wählen…</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>Klicks</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>Mehr davon</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>Weniger davon</translation>
    </message>
    <message>
        <source>Neither: take my click back</source>
        <translation>Neutral: Klick zurücknehmen</translation>
    </message>
    <message>
        <source>Why this photo</source>
        <translation>Warum dieses Foto</translation>
    </message>
    <message>
        <source>Find more like my picks</source>
        <translation>Mehr wie meine Auswahl finden</translation>
    </message>
    <message>
        <source>Help me narrow…</source>
        <translation>Beim Eingrenzen helfen…</translation>
    </message>
    <message>
        <source>Before my clicks</source>
        <translation>Ohne meine Klicks</translation>
    </message>
    <message>
        <source>Forget all my clicks</source>
        <translation>Alle Klicks vergessen</translation>
    </message>
    <message>
        <source>Only the best matches</source>
        <translation>Nur die besten Treffer</translation>
    </message>
    <message>
        <source>Matches by date</source>
        <translation>Treffer nach Datum</translation>
    </message>
    <message>
        <source>Learn from my clicks</source>
        <translation>Aus meinen Klicks lernen</translation>
    </message>
    <message>
        <source>Nearer to a dislike: last</source>
        <translation>Näher an Abgelehntem: ans Ende</translation>
    </message>
    <message>
        <source>Nearer to a dislike: left out</source>
        <translation>Näher an Abgelehntem: weglassen</translation>
    </message>
    <message>
        <source>Words and pictures must both fit</source>
        <translation>Wörter und Bilder müssen beide passen</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Save as concept…</source>
        <translation>Als Konzept speichern…</translation>
    </message>
    <message>
        <source>Save changes to the concept</source>
        <translation>Änderungen am Konzept speichern</translation>
    </message>
    <message>
        <source>Import a concept…</source>
        <translation>Konzept importieren…</translation>
    </message>
    <message>
        <source>Forget recent searches</source>
        <translation>Letzte Suchen vergessen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Best match first</source>
        <translation>Beste Treffer zuerst</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <source>By file name</source>
        <translation>Nach Dateiname</translation>
    </message>
    <message>
        <source>Last added first</source>
        <translation>Zuletzt hinzugefügte zuerst</translation>
    </message>
    <message>
        <source>Side pane</source>
        <translation>Seitenleiste</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Square tiles</source>
        <translation>Quadratische Kacheln</translation>
    </message>
    <message>
        <source>Larger photos</source>
        <translation>Fotos größer</translation>
    </message>
    <message>
        <source>Smaller photos</source>
        <translation>Fotos kleiner</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Open with another program</source>
        <translation>Mit anderem Programm öffnen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy files</source>
        <translation>Dateien kopieren</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Move to trash…</source>
        <translation>In den Papierkorb…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>Auswahl aufheben</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>Nächstes Foto</translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation>Vorheriges Foto</translation>
    </message>
    <message>
        <source>First photo</source>
        <translation>Erstes Foto</translation>
    </message>
    <message>
        <source>Last photo</source>
        <translation>Letztes Foto</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>In Fenster einpassen</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Search this part…</source>
        <translation>Nach diesem Ausschnitt suchen…</translation>
    </message>
    <message>
        <source>Back to the photos</source>
        <translation>Zurück zu den Fotos</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>User guide</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>About PhotoLens</source>
        <translation>Über PhotoLens</translation>
    </message>
    <message>
        <source>Move about</source>
        <translation>Bewegen</translation>
    </message>
    <message>
        <source>Arrow keys, Home, End, Page Up, Page Down</source>
        <translation>Pfeiltasten, Pos1, Ende, Bild auf, Bild ab</translation>
    </message>
    <message>
        <source>Select a range</source>
        <translation>Bereich auswählen</translation>
    </message>
    <message>
        <source>Shift with these keys, or Shift and click</source>
        <translation>Umschalt mit diesen Tasten oder Umschalt und Klick</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>Zur Auswahl hinzufügen</translation>
    </message>
    <message>
        <source>Ctrl and click</source>
        <translation>Strg und Klick</translation>
    </message>
    <message>
        <source>Photo size</source>
        <translation>Fotogröße</translation>
    </message>
    <message>
        <source>Ctrl and the mouse wheel</source>
        <translation>Strg und Mausrad</translation>
    </message>
    <message>
        <source>Begin a search</source>
        <translation>Suche beginnen</translation>
    </message>
    <message>
        <source>Just type</source>
        <translation>Einfach tippen</translation>
    </message>
    <message>
        <source>Rename or delete a concept</source>
        <translation>Konzept umbenennen oder löschen</translation>
    </message>
    <message>
        <source>F2 and Del in its list</source>
        <translation>F2 und Entf in der Liste</translation>
    </message>
</context>
<context>
    <name>Backups</name>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message>
        <source>%1 photos</source>
        <translation>%1 Fotos</translation>
    </message>
    <message>
        <source>1 concept</source>
        <translation>1 Konzept</translation>
    </message>
    <message>
        <source>%1 concepts</source>
        <translation>%1 Konzepte</translation>
    </message>
    <message>
        <source>Daily</source>
        <translation>Täglich</translation>
    </message>
    <message>
        <source>Before an update</source>
        <translation>Vor einem Update</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>Von Hand</translation>
    </message>
    <message>
        <source>Before a restore</source>
        <translation>Vor einer Wiederherstellung</translation>
    </message>
</context>
<context>
    <name>BackupsDialog</name>
    <message>
        <source>Backups of the library</source>
        <translation>Sicherungen der Bibliothek</translation>
    </message>
    <message>
        <source>A backup holds your concepts and what PhotoLens knows of your photos, not the photos. One is made every day on which something has changed.</source>
        <translation>Eine Sicherung enthält Ihre Konzepte und was PhotoLens über Ihre Fotos weiß, nicht die Fotos selbst. An jedem Tag mit Änderungen wird eine angelegt.</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>Jetzt sichern</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
</context>
<context>
    <name>BannerRow</name>
    <message>
        <source>Close this message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>Something went wrong: %1.</source>
        <translation>Etwas ist schiefgegangen: %1.</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Draw a box around the part to search for. Esc leaves.</source>
        <translation>Einen Rahmen um den gesuchten Ausschnitt ziehen. Esc bricht ab.</translation>
    </message>
</context>
<context>
    <name>Card</name>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>More like this (L)</source>
        <translation>Mehr davon (L)</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>Less like this (D)</source>
        <translation>Weniger davon (D)</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>not answered</source>
        <translation>nicht beantwortet</translation>
    </message>
    <message>
        <source>Photo %1: %2</source>
        <translation>Foto %1: %2</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>%1, remove with Delete</source>
        <translation>%1, mit Entf entfernen</translation>
    </message>
</context>
<context>
    <name>ChipPreview</name>
    <message>
        <source>This alone finds</source>
        <translation>Das allein findet</translation>
    </message>
</context>
<context>
    <name>ClicksBar</name>
    <message>
        <source>Clicks</source>
        <translation>Klicks</translation>
    </message>
    <message>
        <source>What clicks do</source>
        <translation>Was Klicks bewirken</translation>
    </message>
    <message>
        <source>liked</source>
        <translation>gefällt</translation>
    </message>
    <message>
        <source>disliked</source>
        <translation>gefällt nicht</translation>
    </message>
    <message>
        <source>%1 best</source>
        <translation>%1 beste</translation>
    </message>
    <message>
        <source>%1 maybe</source>
        <translation>%1 vielleicht</translation>
    </message>
</context>
<context>
    <name>Completion</name>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
</context>
<context>
    <name>ConceptChanges</name>
    <message>
        <source>Another PhotoLens is reading photos into this library; save the concept there.</source>
        <translation>Ein anderes PhotoLens liest Fotos in diese Bibliothek ein; das Konzept dort speichern.</translation>
    </message>
    <message>
        <source>The library&apos;s folder is read-only: no concept can be saved in it.</source>
        <translation>Der Ordner der Bibliothek ist schreibgeschützt: Konzepte lassen sich darin nicht speichern.</translation>
    </message>
    <message>
        <source>It keeps: %1.</source>
        <translation>Enthält: %1.</translation>
    </message>
    <message>
        <source>Save as concept</source>
        <translation>Als Konzept speichern</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>save concept</source>
        <translation>Konzept speichern</translation>
    </message>
    <message>
        <source>save changes</source>
        <translation>Änderungen speichern</translation>
    </message>
    <message>
        <source>Changes to “%1” saved.</source>
        <translation>Änderungen an „%1“ gespeichert.</translation>
    </message>
    <message>
        <source>Rename concept</source>
        <translation>Konzept umbenennen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>delete concept</source>
        <translation>Konzept löschen</translation>
    </message>
    <message>
        <source>Deleted “%1”.</source>
        <translation>„%1“ gelöscht.</translation>
    </message>
    <message>
        <source>Export concept</source>
        <translation>Konzept exportieren</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>Nach %1 exportiert.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Import a concept</source>
        <translation>Konzept importieren</translation>
    </message>
    <message>
        <source>import concept</source>
        <translation>Konzept importieren</translation>
    </message>
    <message>
        <source>Imported “%1”.</source>
        <translation>„%1“ importiert.</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>ConceptList</name>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Save a search to keep it here</source>
        <translation>Eine Suche speichern, um sie hier zu behalten</translation>
    </message>
    <message>
        <source>%1 best matches</source>
        <translation>%1 beste Treffer</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>%1 neu</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>DatesDialog</name>
    <message>
        <source>Between two dates</source>
        <translation>Zwischen zwei Daten</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
</context>
<context>
    <name>DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Why this photo</source>
        <translation>Warum dieses Foto</translation>
    </message>
    <message>
        <source>No photo selected</source>
        <translation>Kein Foto ausgewählt</translation>
    </message>
    <message>
        <source>Choose a photo to see what is known of it.</source>
        <translation>Ein Foto wählen, um zu sehen, was darüber bekannt ist.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message numerus="yes">
        <source>%Ln copies</source>
        <translation>
            <numerusform>%Ln Kopie</numerusform>
            <numerusform>%Ln Kopien</numerusform>
        </translation>
    </message>
    <message>
        <source>File date</source>
        <translation>Dateidatum</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Objektiv</translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation>Belichtung</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
</context>
<context>
    <name>Drops</name>
    <message>
        <source>This picture cannot be read.</source>
        <translation>Dieses Bild kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>That was only the address of a picture, and PhotoLens never goes online. Copy the picture itself in the browser (Copy image) and paste it here.</source>
        <translation>Das war nur die Adresse eines Bildes, und PhotoLens geht nie ins Internet. Das Bild selbst im Browser kopieren („Grafik kopieren“) und hier einfügen.</translation>
    </message>
</context>
<context>
    <name>FailuresDialog</name>
    <message>
        <source>Files that could not be read</source>
        <translation>Nicht lesbare Dateien</translation>
    </message>
    <message>
        <source>Reasons shown</source>
        <translation>Angezeigte Gründe</translation>
    </message>
    <message>
        <source>Find in this list</source>
        <translation>In dieser Liste suchen</translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation>Alle erneut versuchen</translation>
    </message>
    <message>
        <source>Reads each of them once more, also those that are set aside</source>
        <translation>Liest jede noch einmal, auch die zurückgestellten</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>Liste kopieren</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 files. They are as they were, and are tried again when they change.</source>
        <translation>
            <numerusform>%1 Datei. Sie ist unverändert und wird bei einer Änderung erneut versucht.</numerusform>
            <numerusform>%1 Dateien. Sie sind unverändert und werden bei einer Änderung erneut versucht.</numerusform>
        </translation>
    </message>
    <message>
        <source>No file has failed.</source>
        <translation>Keine Datei ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>1 is set aside, as reading it broke off twice; it waits until you try again.</source>
        <translation>1 ist zurückgestellt, da das Lesen zweimal abbrach, bis zu einem neuen Versuch.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln are set aside, as reading them broke off twice; they wait until you try again.</source>
        <translation>
            <numerusform>%Ln ist zurückgestellt, da das Lesen zweimal abbrach, bis zu einem neuen Versuch.</numerusform>
            <numerusform>%Ln sind zurückgestellt, da das Lesen zweimal abbrach, bis zu einem neuen Versuch.</numerusform>
        </translation>
    </message>
    <message>
        <source>All reasons</source>
        <translation>Alle Gründe</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Zurückgestellt</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>No photo</source>
        <translation>Kein Foto</translation>
    </message>
    <message>
        <source>Unknown format</source>
        <translation>Unbekanntes Format</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>Zu groß</translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Could not be processed</source>
        <translation>Nicht verarbeitbar</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Any folder</source>
        <translation>Alle Ordner</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Jedes Datum</translation>
    </message>
    <message>
        <source>Any camera</source>
        <translation>Alle Kameras</translation>
    </message>
    <message>
        <source>with a place</source>
        <translation>mit Ort</translation>
    </message>
    <message>
        <source>without a place</source>
        <translation>ohne Ort</translation>
    </message>
    <message>
        <source>Any kind</source>
        <translation>Jede Art</translation>
    </message>
    <message>
        <source> (offline)</source>
        <translation> (offline)</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>%1 and earlier</source>
        <translation>%1 und früher</translation>
    </message>
    <message>
        <source>Between two dates…</source>
        <translation>Zwischen zwei Daten…</translation>
    </message>
    <message>
        <source>No photo says which camera took it</source>
        <translation>Bei keinem Foto ist die Kamera bekannt</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Bildformat</translation>
    </message>
    <message>
        <source>Any shape</source>
        <translation>Jedes Format</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Dateityp</translation>
    </message>
    <message>
        <source>Any type</source>
        <translation>Jeder Typ</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>With or without a place</source>
        <translation>Mit oder ohne Ort</translation>
    </message>
    <message>
        <source>With a place</source>
        <translation>Mit Ort</translation>
    </message>
    <message>
        <source>Without a place</source>
        <translation>Ohne Ort</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>ab %1</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>Landscape</source>
        <translation>Querformat</translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation>Hochformat</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>Quadratisch</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Offline: its photos can be searched, with their thumbnails.</source>
        <translation>Offline: Die Fotos lassen sich mit ihren Vorschaubildern durchsuchen.</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files are gone; they are kept until you say that they were deleted (right-click).</source>
        <translation>
            <numerusform>%Ln Datei fehlt; sie wird behalten, bis Sie sagen, dass sie gelöscht wurde (Rechtsklick).</numerusform>
            <numerusform>%Ln Dateien fehlen; sie werden behalten, bis Sie sagen, dass sie gelöscht wurden (Rechtsklick).</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 gone</source>
        <translation>%1 fehlend</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Files are gone…</source>
        <translation>Dateien fehlen…</translation>
    </message>
    <message>
        <source>Remove from PhotoLens…</source>
        <translation>Aus PhotoLens entfernen…</translation>
    </message>
</context>
<context>
    <name>GridView</name>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
</context>
<context>
    <name>GuidePages</name>
    <message>
        <source>Page of the guide</source>
        <translation>Seite des Handbuchs</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>PhotoLens user guide</source>
        <translation>PhotoLens-Handbuch</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>Themen</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>Zurück (Alt+Links)</translation>
    </message>
    <message>
        <source>Forward (Alt+Right)</source>
        <translation>Vor (Alt+Rechts)</translation>
    </message>
    <message>
        <source>Find in the guide</source>
        <translation>Im Handbuch suchen</translation>
    </message>
    <message>
        <source>%1 on this page</source>
        <translation>%1 auf dieser Seite</translation>
    </message>
    <message>
        <source>On another page: press Enter</source>
        <translation>Auf einer anderen Seite: Eingabetaste drücken</translation>
    </message>
    <message>
        <source>Not in the guide</source>
        <translation>Nicht im Handbuch</translation>
    </message>
</context>
<context>
    <name>Incoming</name>
    <message>
        <source>Only the first %1 pictures are used.</source>
        <translation>Nur die ersten %1 Bilder werden verwendet.</translation>
    </message>
    <message>
        <source>%1 cannot be searched with: %2</source>
        <translation>Mit %1 kann nicht gesucht werden: %2</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Another PhotoLens is reading photos into this library; here you can search it.</source>
        <translation>Ein anderes PhotoLens liest Fotos in diese Bibliothek ein; hier lässt sie sich durchsuchen.</translation>
    </message>
    <message>
        <source>The library&apos;s folder is read-only: you can search it, but change nothing.</source>
        <translation>Der Ordner der Bibliothek ist schreibgeschützt: Suchen ist möglich, Ändern nicht.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos, the best matches first</source>
        <translation>
            <numerusform>%Ln Foto, die besten Treffer zuerst</numerusform>
            <numerusform>%Ln Fotos, die besten Treffer zuerst</numerusform>
        </translation>
    </message>
    <message>
        <source>There are new photos.</source>
        <translation>Es gibt neue Fotos.</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Added %1.</source>
        <translation>%1 hinzugefügt.</translation>
    </message>
    <message>
        <source>You left a search with clicks in it.</source>
        <translation>Eine Suche mit Klicks wurde verlassen.</translation>
    </message>
    <message>
        <source>Back to it</source>
        <translation>Dorthin zurück</translation>
    </message>
    <message>
        <source>Go on reading photos</source>
        <translation>Einlesen fortsetzen</translation>
    </message>
    <message>
        <source>Pause reading photos</source>
        <translation>Einlesen anhalten</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>MessagePage</name>
    <message>
        <source>Working</source>
        <translation>Wird bearbeitet</translation>
    </message>
</context>
<context>
    <name>ModelHint</name>
    <message>
        <source>This is the small built-in model. A larger one understands words far better.</source>
        <translation>Das ist das kleine mitgelieferte Modell. Ein größeres versteht Wörter weit besser.</translation>
    </message>
    <message>
        <source>See the models</source>
        <translation>Modelle ansehen</translation>
    </message>
</context>
<context>
    <name>ModelInstaller</name>
    <message>
        <source>Something went wrong. The log has the details.</source>
        <translation>Etwas ist schiefgegangen. Näheres steht im Protokoll.</translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message>
        <source>About the model</source>
        <translation>Über das Modell</translation>
    </message>
    <message>
        <source>How far the model is</source>
        <translation>Fortschritt des Modells</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Download from</source>
        <translation>Herunterladen von</translation>
    </message>
    <message>
        <source>as the system says, or http://host:port</source>
        <translation>wie im System oder http://host:port</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Speed here</source>
        <translation>Tempo hier</translation>
    </message>
    <message>
        <source>Photos read</source>
        <translation>Gelesene Fotos</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>Herunterladen…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>Tempo messen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Forget what it read…</source>
        <translation>Gelesenes vergessen…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Datei importieren…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Ordner importieren…</translation>
    </message>
    <message>
        <source>Go on…</source>
        <translation>Fortsetzen…</translation>
    </message>
    <message>
        <source>With another model every photo is read again, in the background; the one before goes on answering until that is done.</source>
        <translation>Mit einem anderen Modell wird jedes Foto im Hintergrund neu gelesen; bis dahin antwortet das bisherige.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbinden…</translation>
    </message>
    <message>
        <source>Looking at the files…</source>
        <translation>Dateien werden geprüft…</translation>
    </message>
    <message>
        <source>Storing the model…</source>
        <translation>Modell wird gespeichert…</translation>
    </message>
    <message>
        <source>Downloading: %1 of %2. This goes on when the settings are closed.</source>
        <translation>Herunterladen: %1 von %2. Das läuft weiter, wenn die Einstellungen geschlossen sind.</translation>
    </message>
    <message>
        <source>%1 photos/s</source>
        <translation>%1 Fotos/s</translation>
    </message>
    <message>
        <source>%1: a model of your own.</source>
        <translation>%1: ein eigenes Modell.</translation>
    </message>
    <message>
        <source>Languages: %1</source>
        <translation>Sprachen: %1</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>%1 auf der Festplatte</translation>
    </message>
    <message>
        <source>Licence: %1</source>
        <translation>Lizenz: %1</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>In use until saved</source>
        <translation>In Gebrauch bis zum Speichern</translation>
    </message>
    <message>
        <source>Used once saved</source>
        <translation>Nach dem Speichern in Gebrauch</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>Installiert</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>Nicht installiert</translation>
    </message>
    <message>
        <source>%1 of %2 there</source>
        <translation>%1 von %2 vorhanden</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 herunterzuladen</translation>
    </message>
</context>
<context>
    <name>NameDialog</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type a name first.</source>
        <translation>Zuerst einen Namen eingeben.</translation>
    </message>
</context>
<context>
    <name>NarrowDialog</name>
    <message>
        <source>Help me narrow</source>
        <translation>Beim Eingrenzen helfen</translation>
    </message>
    <message>
        <source>Your answers count like clicks on photos.</source>
        <translation>Ihre Antworten zählen wie Klicks auf Fotos.</translation>
    </message>
    <message>
        <source>Arrow keys or 1 to 6 choose a photo, L is yes, D is no, U takes it back.</source>
        <translation>Pfeiltasten oder 1 bis 6 wählen ein Foto, L heißt ja, D nein, U nimmt zurück.</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>Keines davon</translation>
    </message>
    <message>
        <source>Six more</source>
        <translation>Sechs weitere</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Are these what you are looking for?</source>
        <translation>Suchen Sie so etwas?</translation>
    </message>
    <message>
        <source>Thank you. Go on?</source>
        <translation>Danke. Weiter?</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>part of %1</source>
        <translation>Ausschnitt: %1</translation>
    </message>
</context>
<context>
    <name>PhotoCommands</name>
    <message numerus="yes">
        <source>Select at most %Ln photos for this.</source>
        <translation>
            <numerusform>Dafür höchstens %Ln Foto auswählen.</numerusform>
            <numerusform>Dafür höchstens %Ln Fotos auswählen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The system has no program for %1.</source>
        <translation>Das System hat kein Programm für %1.</translation>
    </message>
    <message>
        <source>1 file copied; paste it in any folder.</source>
        <translation>1 Datei kopiert; sie lässt sich in jeden Ordner einfügen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files copied; paste them in any folder.</source>
        <translation>
            <numerusform>%Ln Datei kopiert; sie lässt sich in jeden Ordner einfügen.</numerusform>
            <numerusform>%Ln Dateien kopiert; sie lassen sich in jeden Ordner einfügen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Path copied.</source>
        <translation>Pfad kopiert.</translation>
    </message>
    <message>
        <source>Move this photo to the trash?</source>
        <translation>Dieses Foto in den Papierkorb verschieben?</translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln photos to the trash?</source>
        <translation>
            <numerusform>%Ln Foto in den Papierkorb verschieben?</numerusform>
            <numerusform>%Ln Fotos in den Papierkorb verschieben?</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message numerus="yes">
        <source>With all their copies these are %Ln files.</source>
        <translation>
            <numerusform>Mit allen Kopien ist es %Ln Datei.</numerusform>
            <numerusform>Mit allen Kopien sind es %Ln Dateien.</numerusform>
        </translation>
    </message>
    <message>
        <source>Moving to the trash…</source>
        <translation>Wird in den Papierkorb verschoben…</translation>
    </message>
    <message>
        <source>move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>%1 could not be moved to the trash: %2</source>
        <translation>%1 konnte nicht in den Papierkorb verschoben werden: %2</translation>
    </message>
    <message>
        <source>1 file moved to the trash.</source>
        <translation>1 Datei in den Papierkorb verschoben.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files moved to the trash.</source>
        <translation>
            <numerusform>%Ln Datei in den Papierkorb verschoben.</numerusform>
            <numerusform>%Ln Dateien in den Papierkorb verschoben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>%1 could not be put back: %2</source>
        <translation>%1 konnte nicht zurückgelegt werden: %2</translation>
    </message>
    <message>
        <source>Put back where it was.</source>
        <translation>Zurückgelegt.</translation>
    </message>
    <message>
        <source>%1 is offline. Plug in its drive to use these files.</source>
        <translation>%1 ist offline. Das Laufwerk anschließen, um diese Dateien zu verwenden.</translation>
    </message>
</context>
<context>
    <name>PhotoModel</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>%1, waiting to be read</source>
        <translation>%1, wird noch eingelesen</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>liked</source>
        <translation>gefällt</translation>
    </message>
    <message>
        <source>disliked</source>
        <translation>gefällt nicht</translation>
    </message>
    <message>
        <source>dd MMMM yyyy</source>
        <translation>d. MMMM yyyy</translation>
    </message>
    <message>
        <source>Photo of %1</source>
        <translation>Foto vom %1</translation>
    </message>
</context>
<context>
    <name>PictureChips</name>
    <message>
        <source>Picture: %1</source>
        <translation>Bild: %1</translation>
    </message>
</context>
<context>
    <name>PointingView</name>
    <message>
        <source>This photo</source>
        <translation>Dieses Foto</translation>
    </message>
    <message>
        <source>%1 waits to be read. After that it can be searched, liked and disliked.</source>
        <translation>%1 wird noch eingelesen. Danach lässt es sich suchen und bewerten.</translation>
    </message>
    <message>
        <source>Take back (U)</source>
        <translation>Zurücknehmen (U)</translation>
    </message>
    <message>
        <source>More like this (L)</source>
        <translation>Mehr davon (L)</translation>
    </message>
    <message>
        <source>Less like this (D)</source>
        <translation>Weniger davon (D)</translation>
    </message>
</context>
<context>
    <name>Quantities</name>
    <message>
        <source>under a second</source>
        <translation>unter einer Sekunde</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
</context>
<context>
    <name>QueryChip</name>
    <message>
        <source>%1 instead of %2</source>
        <translation>%1 statt %2</translation>
    </message>
</context>
<context>
    <name>QueryWords</name>
    <message>
        <source>words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>%1 pictures</source>
        <translation>%1 Bilder</translation>
    </message>
    <message>
        <source>1 like</source>
        <translation>1 Zustimmung</translation>
    </message>
    <message>
        <source>%1 likes</source>
        <translation>%1 Zustimmungen</translation>
    </message>
    <message>
        <source>1 dislike</source>
        <translation>1 Ablehnung</translation>
    </message>
    <message>
        <source>%1 dislikes</source>
        <translation>%1 Ablehnungen</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>%1 instead of %2</source>
        <translation>%1 statt %2</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>part of a picture</source>
        <translation>Bildausschnitt</translation>
    </message>
    <message>
        <source>you liked it</source>
        <translation>gefällt Ihnen</translation>
    </message>
    <message>
        <source>you disliked it</source>
        <translation>gefällt Ihnen nicht</translation>
    </message>
    <message>
        <source>file name</source>
        <translation>Dateiname</translation>
    </message>
    <message>
        <source>your clicks</source>
        <translation>Ihre Klicks</translation>
    </message>
</context>
<context>
    <name>RecentList</name>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Recent searches</source>
        <translation>Letzte Suchen</translation>
    </message>
    <message>
        <source>Show recent searches</source>
        <translation>Letzte Suchen zeigen</translation>
    </message>
    <message>
        <source>Fold recent searches</source>
        <translation>Letzte Suchen einklappen</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Forget this search</source>
        <translation>Diese Suche vergessen</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Describe a photo, or drop a picture here</source>
        <translation>Foto beschreiben oder Bild hierher ziehen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche löschen</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>Balance between picture and words</source>
        <translation>Verhältnis von Bild und Wörtern</translation>
    </message>
    <message>
        <source>How much the words count beside the pictures</source>
        <translation>Wie viel die Wörter neben den Bildern zählen</translation>
    </message>
    <message>
        <source>For example:  a street at night,  beach -people,  flowers since:2019,  folder:Holiday</source>
        <translation>Zum Beispiel:  a street at night,  beach -people,  flowers since:2019,  folder:Urlaub</translation>
    </message>
</context>
<context>
    <name>SelectableLabel</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>As the system</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>The fastest that is as good</source>
        <translation>Automatisch: am schnellsten bei gleicher Güte</translation>
    </message>
    <message>
        <source>Exact (float32)</source>
        <translation>Genau (float32)</translation>
    </message>
    <message>
        <source>Faster on newer processors (bfloat16)</source>
        <translation>Schneller auf neueren Prozessoren (bfloat16)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>, offline</source>
        <translation>, offline</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>PhotoLens reads the photos in these folders and follows what happens there.</source>
        <translation>PhotoLens liest die Fotos in diesen Ordnern und verfolgt, was sich dort ändert.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Backups of the library kept</source>
        <translation>Aufbewahrte Sicherungen der Bibliothek</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>one per core (%1)</source>
        <translation>je Kern einer (%1)</translation>
    </message>
    <message>
        <source>Threads that read photos</source>
        <translation>Threads zum Lesen der Fotos</translation>
    </message>
    <message>
        <source> minutes</source>
        <translation> Minuten</translation>
    </message>
    <message>
        <source>Compare folders every</source>
        <translation>Ordner abgleichen alle</translation>
    </message>
    <message>
        <source>Memory for thumbnails</source>
        <translation>Speicher für Vorschaubilder</translation>
    </message>
    <message>
        <source>Pause reading photos while on battery</source>
        <translation>Im Akkubetrieb keine Fotos einlesen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Used from the next start on</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Let things move: fade photos in</source>
        <translation>Bewegung zulassen: Fotos einblenden</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
</context>
<context>
    <name>Shown</name>
    <message>
        <source>That was everything; U takes a click back</source>
        <translation>Das war alles; U nimmt einen Klick zurück</translation>
    </message>
    <message>
        <source>Your picks</source>
        <translation>Ihre Auswahl</translation>
    </message>
    <message>
        <source>Nothing stands out; what comes near is hidden</source>
        <translation>Nichts sticht heraus; was nahe kommt, ist ausgeblendet</translation>
    </message>
    <message>
        <source>Nothing stands out; these come nearest</source>
        <translation>Nichts sticht heraus; diese kommen am nächsten</translation>
    </message>
    <message>
        <source>Best matches</source>
        <translation>Beste Treffer</translation>
    </message>
    <message>
        <source>Maybe</source>
        <translation>Vielleicht</translation>
    </message>
    <message>
        <source>The rest</source>
        <translation>Die übrigen</translation>
    </message>
    <message>
        <source>Nearer to what you disliked</source>
        <translation>Näher an dem, was nicht gefiel</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>Weniger davon</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Photos read</source>
        <translation>Gelesene Fotos</translation>
    </message>
    <message>
        <source>Size of the photos</source>
        <translation>Größe der Fotos</translation>
    </message>
    <message>
        <source>Size of the photos (Ctrl and the mouse wheel)</source>
        <translation>Größe der Fotos (Strg und Mausrad)</translation>
    </message>
    <message>
        <source>1 file could not be read</source>
        <translation>1 Datei nicht lesbar</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files could not be read</source>
        <translation>
            <numerusform>%Ln Datei nicht lesbar</numerusform>
            <numerusform>%Ln Dateien nicht lesbar</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 selected</source>
        <translation>%1 von %2 ausgewählt</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking through %1…</source>
        <translation>%1 wird durchgesehen…</translation>
    </message>
    <message>
        <source>%1 is back.</source>
        <translation>%1 ist wieder da.</translation>
    </message>
    <message>
        <source>%1 is offline; its photos can still be searched.</source>
        <translation>%1 ist offline; die Fotos lassen sich weiter durchsuchen.</translation>
    </message>
    <message>
        <source>Paused at %1 of %2</source>
        <translation>Angehalten bei %1 von %2</translation>
    </message>
    <message>
        <source>Reading photos: %1 of %2</source>
        <translation>Fotos einlesen: %1 von %2</translation>
    </message>
    <message>
        <source>On battery: paused at %1 of %2</source>
        <translation>Akkubetrieb: angehalten bei %1 von %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>%1 neu</translation>
    </message>
    <message>
        <source>%1 gone</source>
        <translation>%1 fehlend</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files wait for a folder that is offline</source>
        <translation>
            <numerusform>%Ln Datei wartet auf einen Ordner, der offline ist</numerusform>
            <numerusform>%Ln Dateien warten auf einen Ordner, der offline ist</numerusform>
        </translation>
    </message>
    <message>
        <source>1 file waits for a folder that is offline</source>
        <translation>1 Datei wartet auf einen Ordner, der offline ist</translation>
    </message>
    <message>
        <source>Up to date: %1</source>
        <translation>Aktuell: %1</translation>
    </message>
</context>
<context>
    <name>TermChip</name>
    <message>
        <source>Click to turn it round, drag sideways to weigh it, double-click for 1 ×</source>
        <translation>Klick kehrt um, seitlich ziehen gewichtet, Doppelklick für 1 ×</translation>
    </message>
    <message>
        <source>Click for the opposite, drag sideways to weigh it, double-click for 1 ×</source>
        <translation>Klick für das Gegenteil, seitlich ziehen gewichtet, Doppelklick für 1 ×</translation>
    </message>
    <message>
        <source>%1, looked for, weight %2. Delete removes it, Space negates it, Left and Right weigh it.</source>
        <translation>%1, gesucht, Gewicht %2. Entf entfernt, Leertaste kehrt um, Links und Rechts gewichten.</translation>
    </message>
    <message>
        <source>%1, pushed away, weight %2. Delete removes it, Space negates it, Left and Right weigh it.</source>
        <translation>%1, gemieden, Gewicht %2. Entf entfernt, Leertaste kehrt um, Links und Rechts gewichten.</translation>
    </message>
</context>
<context>
    <name>UndoStack</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
</context>
<context>
    <name>VanishedDialog</name>
    <message>
        <source>Files that are gone</source>
        <translation>Fehlende Dateien</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files in %2</source>
        <translation>
            <numerusform>%Ln Datei in %2</numerusform>
            <numerusform>%Ln Dateien in %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %Ln</source>
        <translation>
            <numerusform>die erste</numerusform>
            <numerusform>die ersten %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>Liste kopieren</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Photo viewer</source>
        <translation>Fotobetrachter</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Laden…</translation>
    </message>
    <message>
        <source>This is only its thumbnail.</source>
        <translation>Dies ist nur das Vorschaubild.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>Whereabouts</name>
    <message>
        <source>Its file in %1 is gone, with many others. It is kept until you say they were deleted.</source>
        <translation>Die Datei in %1 fehlt, mit vielen anderen. Sie wird behalten, bis Sie sagen, dass sie gelöscht wurden.</translation>
    </message>
    <message>
        <source>On %1, which is offline. Plug it in or connect to it to see the photo itself.</source>
        <translation>Auf %1, zurzeit offline. Anschließen oder verbinden, um das Foto selbst zu sehen.</translation>
    </message>
</context>
<context>
    <name>WhyView</name>
    <message>
        <source>0 is what your photos usually score; from about 2 a photo stands out.</source>
        <translation>0 erreichen Ihre Fotos meist; ab etwa 2 sticht ein Foto heraus.</translation>
    </message>
    <message>
        <source>Most like what you liked</source>
        <translation>Am ähnlichsten dem, was Ihnen gefiel</translation>
    </message>
    <message>
        <source>Most like what you disliked</source>
        <translation>Am ähnlichsten dem, was Ihnen nicht gefiel</translation>
    </message>
    <message>
        <source>You liked it</source>
        <translation>Gefällt Ihnen</translation>
    </message>
    <message>
        <source>You disliked it</source>
        <translation>Gefällt Ihnen nicht</translation>
    </message>
    <message>
        <source>Its file name is what you typed</source>
        <translation>Der Dateiname ist das Eingegebene</translation>
    </message>
    <message>
        <source>Maybe</source>
        <translation>Vielleicht</translation>
    </message>
    <message>
        <source>Not close</source>
        <translation>Nicht nahe</translation>
    </message>
    <message>
        <source>Among the best</source>
        <translation>Unter den besten</translation>
    </message>
    <message>
        <source>score %1, maybe from %2</source>
        <translation>Wert %1, vielleicht ab %2</translation>
    </message>
    <message>
        <source>score %1, among the best from %2</source>
        <translation>Wert %1, unter den besten ab %2</translation>
    </message>
    <message>
        <source>taken together</source>
        <translation>zusammen</translation>
    </message>
    <message>
        <source>%1: adds %2</source>
        <translation>%1: bringt %2</translation>
    </message>
    <message>
        <source>%1: takes away %2</source>
        <translation>%1: nimmt %2</translation>
    </message>
    <message>
        <source>Alone, this photo would score %1 with it.</source>
        <translation>Allein damit hätte dieses Foto den Wert %1.</translation>
    </message>
    <message>
        <source>%1 % alike</source>
        <translation>zu %1 % ähnlich</translation>
    </message>
    <message>
        <source>Go to this photo</source>
        <translation>Zu diesem Foto gehen</translation>
    </message>
    <message>
        <source>This picture is not in your library</source>
        <translation>Dieses Bild ist nicht in Ihrer Bibliothek</translation>
    </message>
</context>
<context>
    <name>WindowBackups</name>
    <message>
        <source>Making a backup…</source>
        <translation>Sicherung wird erstellt…</translation>
    </message>
    <message>
        <source>Backed up: %1.</source>
        <translation>Gesichert: %1.</translation>
    </message>
</context>
<context>
    <name>WindowClicks</name>
    <message>
        <source>These photos answer another question: click when the new ones are here.</source>
        <translation>Diese Fotos gehören zu einer anderen Suche: klicken, sobald die neuen da sind.</translation>
    </message>
    <message>
        <source>like</source>
        <translation>Gefällt mir</translation>
    </message>
    <message>
        <source>dislike</source>
        <translation>Gefällt mir nicht</translation>
    </message>
    <message>
        <source>take a click back</source>
        <translation>Klick zurücknehmen</translation>
    </message>
    <message>
        <source>It waits to be read. After that it can be liked or disliked.</source>
        <translation>Es wird noch eingelesen. Danach lässt es sich bewerten.</translation>
    </message>
    <message>
        <source>forget clicks</source>
        <translation>Klicks vergessen</translation>
    </message>
</context>
<context>
    <name>WindowDamage</name>
    <message>
        <source>Looking for a good backup…</source>
        <translation>Eine gute Sicherung wird gesucht…</translation>
    </message>
    <message>
        <source>Go back to the backup of %1?</source>
        <translation>Zurück zur Sicherung von %1?</translation>
    </message>
    <message>
        <source>It holds %1. What was saved since then is left out; a backup of it is made first. Your photos are not touched, and new ones are found again.</source>
        <translation>Sie enthält %1. Was danach gespeichert wurde, entfällt; davon wird zuerst eine Sicherung erstellt. Ihre Fotos bleiben unberührt, und neue werden wieder gefunden.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>There is no good backup. PhotoLens can read your photos again, and save what can still be read of your concepts; the damaged file is kept.</source>
        <translation>Es gibt keine gute Sicherung. PhotoLens kann Ihre Fotos neu einlesen und retten, was von Ihren Konzepten noch lesbar ist; die beschädigte Datei bleibt erhalten.</translation>
    </message>
    <message>
        <source>Start again from the photos…</source>
        <translation>Neu beginnen mit den Fotos…</translation>
    </message>
    <message>
        <source>The newest good backup is of %1, with %2. Photos that came later are read again.</source>
        <translation>Die neueste gute Sicherung ist von %1, mit %2. Spätere Fotos werden neu eingelesen.</translation>
    </message>
    <message>
        <source>Restore the backup of %1</source>
        <translation>Sicherung von %1 wiederherstellen</translation>
    </message>
    <message>
        <source>The catalog is damaged</source>
        <translation>Der Katalog ist beschädigt</translation>
    </message>
    <message>
        <source>Your photos are not affected, only what PhotoLens has noted about them.</source>
        <translation>Ihre Fotos sind nicht betroffen, nur was PhotoLens über sie notiert hat.</translation>
    </message>
    <message>
        <source>Recent searches are lost, and concepts that the damaged file does not yield any more.</source>
        <translation>Letzte Suchen gehen verloren, ebenso Konzepte, die die beschädigte Datei nicht mehr hergibt.</translation>
    </message>
    <message>
        <source>Every photo is read again, which may take hours. The damaged file is kept.</source>
        <translation>Jedes Foto wird neu eingelesen, was Stunden dauern kann. Die beschädigte Datei bleibt erhalten.</translation>
    </message>
    <message>
        <source>The backup of %1 is not used, and stays where it is.</source>
        <translation>Die Sicherung von %1 wird nicht verwendet und bleibt, wo sie ist.</translation>
    </message>
    <message>
        <source>Start again from the photos?</source>
        <translation>Neu beginnen mit den Fotos?</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>Restoring the backup…</source>
        <translation>Sicherung wird wiederhergestellt…</translation>
    </message>
    <message>
        <source>Starting again…</source>
        <translation>Neubeginn…</translation>
    </message>
    <message>
        <source>Started again from the photos.</source>
        <translation>Neu begonnen mit den Fotos.</translation>
    </message>
    <message>
        <source>The backup of %1 is restored.</source>
        <translation>Die Sicherung von %1 ist wiederhergestellt.</translation>
    </message>
    <message>
        <source>The catalog of before is kept in %1.</source>
        <translation>Der bisherige Katalog liegt in %1.</translation>
    </message>
    <message>
        <source>1 concept was saved from it.</source>
        <translation>1 Konzept wurde daraus gerettet.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln concepts were saved from it.</source>
        <translation>
            <numerusform>%Ln Konzept wurde daraus gerettet.</numerusform>
            <numerusform>%Ln Konzepte wurden daraus gerettet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WindowDialogs</name>
    <message>
        <source>Add a folder with photos</source>
        <translation>Ordner mit Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Search with a picture</source>
        <translation>Mit einem Bild suchen</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Remove folder</source>
        <translation>Ordner entfernen</translation>
    </message>
    <message>
        <source>Remove %1 from PhotoLens?</source>
        <translation>%1 aus PhotoLens entfernen?</translation>
    </message>
    <message>
        <source>The photos stay on disk. Adding the folder again reads them again.</source>
        <translation>Die Fotos bleiben auf der Festplatte. Wird der Ordner wieder hinzugefügt, werden sie neu eingelesen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Trying the model…</source>
        <translation>Modell wird erprobt…</translation>
    </message>
    <message>
        <source>PhotoLens %1

Search your own photos by showing and telling, all on your machine.

Free software under the GNU General Public License, version 3 or later. Icons: Phosphor (MIT). Made with Qt %2.</source>
        <translation>PhotoLens %1

Eigene Fotos durch Zeigen und Beschreiben finden, ganz auf diesem Computer.

Freie Software unter der GNU General Public License, Version 3 oder neuer. Symbole: Phosphor (MIT). Erstellt mit Qt %2.</translation>
    </message>
    <message>
        <source>About PhotoLens</source>
        <translation>Über PhotoLens</translation>
    </message>
    <message>
        <source>Copied. Paste it into your report; it names no photo.</source>
        <translation>Kopiert. In den Fehlerbericht einfügen; kein Foto wird darin genannt.</translation>
    </message>
</context>
<context>
    <name>WindowFrame</name>
    <message>
        <source>Searching</source>
        <translation>Suche läuft</translation>
    </message>
</context>
<context>
    <name>WindowModels</name>
    <message>
        <source> It limits what you may do: %1.</source>
        <translation> Sie schränkt die Nutzung ein: %1.</translation>
    </message>
    <message>
        <source>%1 from %2; nothing about your photos is sent.</source>
        <translation>%1 von %2; über Ihre Fotos wird nichts gesendet.</translation>
    </message>
    <message>
        <source>Licence: %1, %2.</source>
        <translation>Lizenz: %1, %2.</translation>
    </message>
    <message>
        <source>Download the model %1?</source>
        <translation>Das Modell %1 herunterladen?</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation>Modell importieren</translation>
    </message>
    <message>
        <source>Remove the model %1 from this computer?</source>
        <translation>Das Modell %1 von diesem Computer entfernen?</translation>
    </message>
    <message>
        <source>What was read with it stays in the library. It can be installed again.</source>
        <translation>Was damit gelesen wurde, bleibt in der Bibliothek. Das Modell kann wieder installiert werden.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>Wird entfernt…</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>Entfernt.</translation>
    </message>
    <message>
        <source>Forget what %1 has read of this library?</source>
        <translation>Vergessen, was %1 von dieser Bibliothek gelesen hat?</translation>
    </message>
    <message>
        <source>%1 photos, %2; the model in use has read %3. Photos and concepts stay. Going back to this model reads all again.</source>
        <translation>%1 Fotos, %2; das verwendete Modell hat %3 gelesen. Fotos und Konzepte bleiben. Bei der Rückkehr zu diesem Modell wird alles neu gelesen.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forgetting…</source>
        <translation>Wird vergessen…</translation>
    </message>
    <message>
        <source>Forgotten.</source>
        <translation>Vergessen.</translation>
    </message>
    <message>
        <source>Measuring, which takes some seconds…</source>
        <translation>Messung läuft, einige Sekunden…</translation>
    </message>
    <message>
        <source>Measured.</source>
        <translation>Gemessen.</translation>
    </message>
    <message>
        <source>The model %1 is installed.</source>
        <translation>Das Modell %1 ist installiert.</translation>
    </message>
    <message>
        <source>“Use” and “Save” take it into use.</source>
        <translation>„Verwenden“ und „Speichern“ nehmen es in Gebrauch.</translation>
    </message>
    <message>
        <source>Settings, Model takes it into use.</source>
        <translation>Unter „Einstellungen“, „Modell“ lässt es sich in Gebrauch nehmen.</translation>
    </message>
    <message>
        <source>Stopped. What was downloaded is kept.</source>
        <translation>Angehalten. Das Heruntergeladene bleibt erhalten.</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
</context>
<context>
    <name>WindowNarrow</name>
    <message>
        <source>Search for something first.</source>
        <translation>Zuerst nach etwas suchen.</translation>
    </message>
    <message>
        <source>There is no photo left to ask about.</source>
        <translation>Es ist kein Foto mehr übrig, nach dem zu fragen wäre.</translation>
    </message>
    <message>
        <source>Looking for photos to ask about…</source>
        <translation>Fotos für Fragen werden gesucht…</translation>
    </message>
</context>
<context>
    <name>WindowNotices</name>
    <message>
        <source>They were deleted</source>
        <translation>Sie wurden gelöscht</translation>
    </message>
    <message>
        <source>Take them out of the library. Clicks and concepts stay.</source>
        <translation>Aus der Bibliothek nehmen. Klicks und Konzepte bleiben.</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>They stay in the library, and are found again when they come back.</source>
        <translation>Sie bleiben in der Bibliothek und werden wieder gefunden, sobald sie zurück sind.</translation>
    </message>
    <message>
        <source>Show which…</source>
        <translation>Zeigen, welche…</translation>
    </message>
    <message>
        <source>1 file in %2 is gone. Was it deleted?</source>
        <translation>1 Datei in %2 fehlt. Wurde sie gelöscht?</translation>
    </message>
    <message numerus="yes">
        <source>None of the %Ln photos of %2 is there. Another drive may be in its place.</source>
        <translation>
            <numerusform>Das %Ln Foto von %2 ist nicht da. Vielleicht ist dort ein anderes Laufwerk.</numerusform>
            <numerusform>Keines der %Ln Fotos von %2 ist da. Vielleicht ist dort ein anderes Laufwerk.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %3 files in %2 are gone. Were they deleted?</source>
        <translation>
            <numerusform>%Ln von %3 Dateien in %2 fehlt. Wurde sie gelöscht?</numerusform>
            <numerusform>%Ln von %3 Dateien in %2 fehlen. Wurden sie gelöscht?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln files in %2 are gone. Were they deleted?</source>
        <translation>
            <numerusform>%Ln Datei in %2 fehlt. Wurde sie gelöscht?</numerusform>
            <numerusform>%Ln Dateien in %2 fehlen. Wurden sie gelöscht?</numerusform>
        </translation>
    </message>
    <message>
        <source>The files of %1 are kept; right-click the folder to be asked again.</source>
        <translation>Die Dateien von %1 werden behalten; ein Rechtsklick auf den Ordner stellt die Frage erneut.</translation>
    </message>
    <message>
        <source>1 file was taken out of the library.</source>
        <translation>1 Datei wurde aus der Bibliothek genommen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files were taken out of the library.</source>
        <translation>
            <numerusform>%Ln Datei wurde aus der Bibliothek genommen.</numerusform>
            <numerusform>%Ln Dateien wurden aus der Bibliothek genommen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>Shows which backup there is, before anything is done.</source>
        <translation>Zeigt erst, welche Sicherung es gibt.</translation>
    </message>
    <message>
        <source>The catalog is damaged; nothing more is written to it. Your photos are not affected.</source>
        <translation>Der Katalog ist beschädigt; es wird nichts mehr hineingeschrieben. Ihre Fotos sind nicht betroffen.</translation>
    </message>
</context>
<context>
    <name>WindowPages</name>
    <message>
        <source>Opening your library…</source>
        <translation>Bibliothek wird geöffnet…</translation>
    </message>
    <message>
        <source>The library cannot be opened</source>
        <translation>Die Bibliothek kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Fotos werden gesucht…</translation>
    </message>
    <message>
        <source>The first ones show up in a few seconds.</source>
        <translation>Die ersten erscheinen in wenigen Sekunden.</translation>
    </message>
    <message>
        <source>No photo could be read</source>
        <translation>Kein Foto konnte gelesen werden</translation>
    </message>
    <message>
        <source>There is a list of the files, with the reason for each.</source>
        <translation>Eine Liste nennt die Dateien mit dem jeweiligen Grund.</translation>
    </message>
    <message>
        <source>Show the list</source>
        <translation>Liste zeigen</translation>
    </message>
    <message>
        <source>Find any photo by describing it</source>
        <translation>Fotos finden, indem man sie beschreibt</translation>
    </message>
    <message>
        <source>Choose the folder with your photos. PhotoLens only reads them, on this computer; nothing is uploaded, and you can search while it reads.</source>
        <translation>Den Ordner mit Ihren Fotos wählen. PhotoLens liest sie nur, auf diesem Computer; nichts wird hochgeladen, und suchen lässt sich schon währenddessen.</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>Anderen Ordner wählen…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>Alle Fotos zeigen</translation>
    </message>
    <message>
        <source>There is no answer to this</source>
        <translation>Darauf gibt es keine Antwort</translation>
    </message>
    <message>
        <source>Nothing stands out</source>
        <translation>Nichts sticht heraus</translation>
    </message>
    <message>
        <source>There are photos that come near.</source>
        <translation>Es gibt Fotos, die nahe kommen.</translation>
    </message>
    <message>
        <source>Show the nearest</source>
        <translation>Die nächsten zeigen</translation>
    </message>
    <message>
        <source>Every photo is nearer to one that you disliked</source>
        <translation>Jedes Foto ist näher an einem, das nicht gefiel</translation>
    </message>
    <message>
        <source>Such photos are left out, as you chose under “Clicks”.</source>
        <translation>Solche Fotos werden weggelassen, wie unter „Klicks“ gewählt.</translation>
    </message>
    <message>
        <source>Forget my clicks</source>
        <translation>Meine Klicks vergessen</translation>
    </message>
    <message>
        <source>Put them last instead</source>
        <translation>Stattdessen ans Ende stellen</translation>
    </message>
    <message>
        <source>No photo meets these filters</source>
        <translation>Kein Foto erfüllt diese Filter</translation>
    </message>
    <message>
        <source>Your photos are still being read; results appear as they come.</source>
        <translation>Ihre Fotos werden noch eingelesen; Treffer erscheinen nach und nach.</translation>
    </message>
    <message>
        <source>Nothing found yet</source>
        <translation>Noch nichts gefunden</translation>
    </message>
    <message>
        <source>Try other words, or fewer conditions.</source>
        <translation>Andere Wörter oder weniger Bedingungen versuchen.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>No photos in %1</source>
        <translation>Keine Fotos in %1</translation>
    </message>
    <message>
        <source>No photos yet</source>
        <translation>Noch keine Fotos</translation>
    </message>
    <message>
        <source>Add another folder…</source>
        <translation>Weiteren Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut nachsehen</translation>
    </message>
    <message>
        <source>Photos that come into it show up by themselves.</source>
        <translation>Fotos, die hineinkommen, erscheinen von selbst.</translation>
    </message>
</context>
<context>
    <name>WindowPhotos</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>It waits to be read. After that it can be searched, liked and disliked.</source>
        <translation>Es wird noch eingelesen. Danach lässt es sich suchen und bewerten.</translation>
    </message>
</context>
<context>
    <name>WindowRecent</name>
    <message>
        <source>forget searches</source>
        <translation>Suchen vergessen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Recent searches forgotten.</source>
        <translation>Letzte Suchen vergessen.</translation>
    </message>
</context>
<context>
    <name>WindowWaiting</name>
    <message>
        <source>%1 waiting to be read; reading is paused</source>
        <translation>%1 noch nicht eingelesen; angehalten</translation>
    </message>
    <message>
        <source>%1 waiting to be read</source>
        <translation>%1 noch nicht eingelesen</translation>
    </message>
</context>
<context>
    <name>YearScrubber</name>
    <message>
        <source>Years</source>
        <translation>Jahre</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <translation>MMMM yyyy</translation>
    </message>
</context>
<context>
    <name>_Model</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>Another PhotoLens is reading the library {folder}. Close it and try again.</source>
        <translation>Ein anderes PhotoLens liest die Bibliothek {folder}. Schließen Sie es und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>There is no photo library at {folder} yet.</source>
        <translation>In {folder} gibt es noch keine Fotobibliothek.</translation>
    </message>
    <message>
        <source>The library at {folder} was not closed before its folder became read-only. Open it once where it can be written, or copy the folder to such a place.</source>
        <translation>Die Bibliothek in {folder} wurde nicht geschlossen, bevor ihr Ordner schreibgeschützt wurde. Öffnen Sie sie einmal dort, wo geschrieben werden kann, oder kopieren Sie den Ordner an einen solchen Ort.</translation>
    </message>
    <message>
        <source>The library at {folder} belongs to another user, who may change it while you read. Ask for permission to write there, or use a copy of the folder.</source>
        <translation>Die Bibliothek in {folder} gehört einem anderen Benutzer, der sie ändern kann, während Sie lesen. Lassen Sie sich das Schreiben dort erlauben oder verwenden Sie eine Kopie des Ordners.</translation>
    </message>
    <message>
        <source>{file} was written by a later version of PhotoLens (it has the step {step}). Please update PhotoLens; nothing was changed.</source>
        <translation>{file} wurde von einer neueren Version von PhotoLens geschrieben (sie kennt den Schritt {step}). Bitte aktualisieren Sie PhotoLens; es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>its schema cannot be read</source>
        <translation>sein Aufbau ist nicht lesbar</translation>
    </message>
    <message>
        <source>This library was made by an older PhotoLens; run `{command}` once to bring it up to date.</source>
        <translation>Diese Bibliothek stammt von einem älteren PhotoLens; `{command}` bringt sie einmalig auf den neuesten Stand.</translation>
    </message>
    <message>
        <source>{file} is in use by another program ({error}). Close it and try again.</source>
        <translation>{file} wird von einem anderen Programm verwendet ({error}). Schließen Sie es und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The disk that holds {folder} is full. Make room, then index again; nothing is lost.</source>
        <translation>Der Datenträger mit {folder} ist voll. Schaffen Sie Platz und lesen Sie dann erneut ein; nichts ist verloren.</translation>
    </message>
    <message>
        <source>{what} Run `{command}`, which keeps it and puts a backup in its place; your photos are not affected.</source>
        <translation>{what} `{command}` bewahrt ihn auf und setzt eine Sicherung an seine Stelle; Ihre Fotos sind nicht betroffen.</translation>
    </message>
    <message>
        <source>{what} Run `{command}`, which puts one in its place; your photos are not affected.</source>
        <translation>{what} `{command}` setzt eine davon an seine Stelle; Ihre Fotos sind nicht betroffen.</translation>
    </message>
    <message>
        <source>its end is missing</source>
        <translation>sein Ende fehlt</translation>
    </message>
    <message>
        <source>The catalog {file} is damaged ({why}).</source>
        <translation>Der Katalog {file} ist beschädigt ({why}).</translation>
    </message>
    <message>
        <source>The catalog {file} is missing, but there are backups of it.</source>
        <translation>Der Katalog {file} fehlt, aber es gibt Sicherungen von ihm.</translation>
    </message>
    <message>
        <source>The catalog {file} cannot be opened: {reason}.</source>
        <translation>Der Katalog {file} kann nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <source>it is no database</source>
        <translation>er ist keine Datenbank</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>er ist leer</translation>
    </message>
    <message>
        <source>{file} cannot be written: {reason}.</source>
        <translation>{file} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{host} refuses the download ({code} {reason}). Try again later, or get the model elsewhere and import it.</source>
        <translation>{host} verweigert das Herunterladen ({code} {reason}). Versuchen Sie es später erneut oder besorgen Sie das Modell anderswo und importieren Sie es.</translation>
    </message>
    <message>
        <source>There is no room left in {folder}. Make room and try again.</source>
        <translation>In {folder} ist kein Platz mehr. Schaffen Sie Platz und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The download was stopped.</source>
        <translation>Das Herunterladen wurde angehalten.</translation>
    </message>
    <message>
        <source>{host} has another file than PhotoLens expects, so nothing was downloaded. Look for a newer PhotoLens, or clear the setting `mirror`.</source>
        <translation>{host} hat eine andere Datei, als PhotoLens erwartet; es wurde nichts heruntergeladen. Suchen Sie nach einem neueren PhotoLens oder leeren Sie die Einstellung `mirror`.</translation>
    </message>
    <message>
        <source>the file has changed</source>
        <translation>die Datei hat sich geändert</translation>
    </message>
    <message>
        <source>{host} is busy ({code})</source>
        <translation>{host} ist ausgelastet ({code})</translation>
    </message>
    <message>
        <source>{host} does not have the file {url}. Look for a newer PhotoLens, or get the model elsewhere and import it.</source>
        <translation>{host} hat die Datei {url} nicht. Suchen Sie nach einem neueren PhotoLens oder besorgen Sie das Modell anderswo und importieren Sie es.</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password: give it as http://name:password@host:port.</source>
        <translation>Der Proxy verlangt Name und Passwort: Geben Sie ihn als http://name:password@host:port an.</translation>
    </message>
    <message>
        <source>{host} cannot prove who it is ({reason}), so nothing was downloaded. Check this computer&apos;s date, and the settings `proxy` and `mirror`.</source>
        <translation>{host} kann sich nicht ausweisen ({reason}); es wurde nichts heruntergeladen. Prüfen Sie das Datum dieses Computers und die Einstellungen `proxy` und `mirror`.</translation>
    </message>
    <message>
        <source>{host} offers {total} instead of {size}: this is not the model. Check the settings `mirror` and `proxy`, and whether the network wants you to log in first.</source>
        <translation>{host} bietet {total} statt {size} an: Das ist nicht das Modell. Prüfen Sie die Einstellungen `mirror` und `proxy`, und ob das Netzwerk erst eine Anmeldung verlangt.</translation>
    </message>
    <message>
        <source>What {host} sent is not the model: its checksum is wrong, twice. It was thrown away. Try again later, or check the settings `mirror` and `proxy`.</source>
        <translation>Was {host} gesendet hat, ist nicht das Modell: Die Prüfsumme stimmt zum zweiten Mal nicht. Es wurde verworfen. Versuchen Sie es später erneut oder prüfen Sie die Einstellungen `mirror` und `proxy`.</translation>
    </message>
    <message>
        <source>There is no room for the model in {folder}: {needed} are needed for the download, {free} are free. Make room and try again.</source>
        <translation>In {folder} ist kein Platz für das Modell: Zum Herunterladen werden {needed} gebraucht, {free} sind frei. Schaffen Sie Platz und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The download was stopped. The next one goes on from here.</source>
        <translation>Das Herunterladen wurde angehalten. Das nächste macht hier weiter.</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>die Verbindung wurde getrennt</translation>
    </message>
    <message>
        <source>{host} sends more than it said. Try again later.</source>
        <translation>{host} sendet mehr als angekündigt. Versuchen Sie es später erneut.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>what arrived was damaged on the way</source>
        <translation>das Angekommene wurde unterwegs beschädigt</translation>
    </message>
    <message>
        <source>The download from {host} broke off: {trouble}. Check the connection and try again; it goes on where it stopped.</source>
        <translation>Das Herunterladen von {host} brach ab: {trouble}. Prüfen Sie die Verbindung und versuchen Sie es erneut; es geht dort weiter, wo es aufhörte.</translation>
    </message>
    <message>
        <source>{file} is not an open_clip model configuration.</source>
        <translation>{file} ist keine Modellkonfiguration von open_clip.</translation>
    </message>
    <message>
        <source>Only models with square input are supported, not {size}.</source>
        <translation>Nur Modelle mit quadratischer Eingabe werden unterstützt, nicht {size}.</translation>
    </message>
    <message>
        <source>The model {name} needs its tokenizer.json beside its weights.</source>
        <translation>Das Modell {name} braucht seine tokenizer.json neben seinen Gewichten.</translation>
    </message>
    <message>
        <source>The precision {precision} is not known; choose {choices} or {auto}.</source>
        <translation>Die Genauigkeit {precision} ist unbekannt; möglich sind {choices} oder {auto}.</translation>
    </message>
    <message>
        <source>open_clip has no architecture called {name}; if it is your own, put {name}.json beside the weights.</source>
        <translation>open_clip kennt keine Architektur namens {name}; ist es Ihre eigene, legen Sie {name}.json neben die Gewichte.</translation>
    </message>
    <message>
        <source>{name} takes {found}, not {expected} as expected.</source>
        <translation>{name} verlangt {found}, nicht wie erwartet {expected}.</translation>
    </message>
    <message>
        <source>The weights of {name} are damaged: they do not give finite vectors.</source>
        <translation>Die Gewichte von {name} sind beschädigt: Sie ergeben keine endlichen Vektoren.</translation>
    </message>
    <message>
        <source>The model configuration {file} cannot be read: {error}.</source>
        <translation>Die Modellkonfiguration {file} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>{file} cannot be loaded as the model {name}; are these its weights? ({reason})</source>
        <translation>{file} kann nicht als Modell {name} geladen werden; sind das seine Gewichte? ({reason})</translation>
    </message>
    <message>
        <source>There is not enough memory for the model {name}. Close other programs, or choose a smaller model.</source>
        <translation>Der Arbeitsspeicher reicht nicht für das Modell {name}. Schließen Sie andere Programme oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>The model file {file} is damaged; get it again.</source>
        <translation>Die Modelldatei {file} ist beschädigt; besorgen Sie sie neu.</translation>
    </message>
    <message>
        <source>These weights are damaged: {name} is not all numbers. Get them again.</source>
        <translation>Diese Gewichte sind beschädigt: {name} enthält nicht nur Zahlen. Besorgen Sie sie neu.</translation>
    </message>
    <message>
        <source>The installation was stopped.</source>
        <translation>Die Installation wurde angehalten.</translation>
    </message>
    <message>
        <source>{file} is not the tokenizer of this model; install the model again.</source>
        <translation>{file} ist nicht der Tokenizer dieses Modells; installieren Sie das Modell neu.</translation>
    </message>
    <message>
        <source>This model needs the package `tokenizers`. Install it, or PhotoLens again.</source>
        <translation>Dieses Modell braucht das Paket `tokenizers`. Installieren Sie es oder PhotoLens neu.</translation>
    </message>
    <message>
        <source>{file} cannot be read; install the model again.</source>
        <translation>{file} kann nicht gelesen werden; installieren Sie das Modell neu.</translation>
    </message>
    <message>
        <source>{name} cannot be downloaded. Those that can: {choices}. Any other can be imported.</source>
        <translation>{name} kann nicht heruntergeladen werden. Möglich ist das mit: {choices}. Jedes andere lässt sich importieren.</translation>
    </message>
    <message>
        <source>{name} is built in. Give the model another name with --name.</source>
        <translation>{name} ist eingebaut. Geben Sie dem Modell mit --name einen anderen Namen.</translation>
    </message>
    <message>
        <source>{file} is damaged: its SHA-256 is not what it was. Copy it again.</source>
        <translation>{file} ist beschädigt: Die SHA-256 ist nicht mehr dieselbe. Kopieren Sie die Datei erneut.</translation>
    </message>
    <message>
        <source>{file} is not the published {name} (its SHA-256 differs). Get it again, or give it another name with --name.</source>
        <translation>{file} ist nicht das veröffentlichte {name} (die SHA-256 ist eine andere). Besorgen Sie es neu oder geben Sie ihm mit --name einen anderen Namen.</translation>
    </message>
    <message>
        <source>The tokenizer of {name} is missing or damaged; install the model again.</source>
        <translation>Der Tokenizer von {name} fehlt oder ist beschädigt; installieren Sie das Modell neu.</translation>
    </message>
    <message>
        <source>{name} is in use. Choose another model first.</source>
        <translation>{name} wird verwendet. Wählen Sie zuerst ein anderes Modell.</translation>
    </message>
    <message>
        <source>{name} is built in and cannot be removed.</source>
        <translation>{name} ist eingebaut und kann nicht entfernt werden.</translation>
    </message>
    <message>
        <source>{name} is not installed.</source>
        <translation>{name} ist nicht installiert.</translation>
    </message>
    <message>
        <source>{name} cannot be the name of a model. Give one with --name: a word, or ARCHITECTURE/TAG.</source>
        <translation>{name} kann kein Modell heißen. Geben Sie mit --name einen Namen an: ein Wort oder ARCHITECTURE/TAG.</translation>
    </message>
    <message>
        <source>Another PhotoLens is changing {name}. Wait until it is done.</source>
        <translation>Ein anderes PhotoLens ändert gerade {name}. Warten Sie, bis es fertig ist.</translation>
    </message>
    <message>
        <source>There is no room for the model in {folder}. Make room and try again.</source>
        <translation>In {folder} ist kein Platz für das Modell. Schaffen Sie Platz und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{folder} cannot be removed: {reason}.</source>
        <translation>{folder} kann nicht entfernt werden: {reason}.</translation>
    </message>
    <message>
        <source>There is no {path}.</source>
        <translation>{path} gibt es nicht.</translation>
    </message>
    <message>
        <source>{file} is not an open_clip configuration: {error}.</source>
        <translation>{file} ist keine Konfiguration von open_clip: {error}.</translation>
    </message>
    <message>
        <source>several .safetensors files</source>
        <translation>mehrere .safetensors-Dateien</translation>
    </message>
    <message>
        <source>no .safetensors file</source>
        <translation>keine .safetensors-Datei</translation>
    </message>
    <message>
        <source>{path} holds {said}. Give the file with the weights, or a folder with {weights} and {configuration}.</source>
        <translation>{path} enthält {said}. Geben Sie die Datei mit den Gewichten an oder einen Ordner mit {weights} und {configuration}.</translation>
    </message>
    <message>
        <source>The process that computes the model {name} ended twice (status {status}). Perhaps memory ran out: close other programs, or choose a smaller model.</source>
        <translation>Der Prozess, der das Modell {name} berechnet, endete zweimal (Status {status}). Vielleicht reichte der Arbeitsspeicher nicht: Schließen Sie andere Programme oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>The model {name} was stopped.</source>
        <translation>Das Modell {name} wurde angehalten.</translation>
    </message>
    <message>
        <source>The process that computes the model does not start: {error}.</source>
        <translation>Der Prozess, der das Modell berechnet, startet nicht: {error}.</translation>
    </message>
    <message>
        <source>not for commercial use</source>
        <translation>nicht für kommerzielle Zwecke</translation>
    </message>
    <message>
        <source>built in: quick and small, knows broad scenes only</source>
        <translation>eingebaut: schnell und klein, kennt nur grobe Szenen</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Englisch</translation>
    </message>
    <message>
        <source>for most people: much better at everything, still quick</source>
        <translation>für die meisten: in allem viel besser und noch schnell</translation>
    </message>
    <message>
        <source>for searching in other languages than English, and for detail</source>
        <translation>für die Suche in anderen Sprachen als Englisch und für Details</translation>
    </message>
    <message>
        <source>about 100, English first</source>
        <translation>etwa 100, Englisch am besten</translation>
    </message>
    <message>
        <source>best results; slow without a graphics card</source>
        <translation>beste Ergebnisse; ohne Grafikkarte langsam</translation>
    </message>
    <message>
        <source>the server has gone silent</source>
        <translation>der Server antwortet nicht mehr</translation>
    </message>
    <message>
        <source>{host} sends the download on to an address without encryption, so nothing was downloaded. Check the settings `mirror` and `proxy`.</source>
        <translation>{host} leitet an eine unverschlüsselte Adresse weiter; es wurde nichts heruntergeladen. Prüfen Sie die Einstellungen `mirror` und `proxy`.</translation>
    </message>
    <message>
        <source>The halves of the model {name} do not fit together: vectors of pictures have {pictures} numbers, those of words {words}.</source>
        <translation>Die Hälften des Modells {name} passen nicht zusammen: Vektoren von Bildern haben {pictures} Zahlen, die von Wörtern {words}.</translation>
    </message>
    <message>
        <source>The model {name} does not find simple pictures by their words, so its halves do not belong together, or a file beside its weights is missing. Install it again, or choose another model.</source>
        <translation>Das Modell {name} findet einfache Bilder nicht anhand ihrer Wörter: Seine Hälften gehören nicht zusammen, oder eine Datei neben den Gewichten fehlt. Installieren Sie es neu oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {name} is not installed. `photolens model install {name}` downloads it; without a network get it from {page} elsewhere and say `photolens model import FOLDER`.</source>
        <translation>Das Modell {name} ist nicht installiert. `photolens model install {name}` lädt es herunter; ohne Netzwerk holen Sie es anderswo von {page} und rufen `photolens model import FOLDER` auf.</translation>
    </message>
    <message>
        <source>The model {name} is not installed, and not one that PhotoLens knows: `photolens model list` lists those. Any other open_clip model can be imported: `photolens model import FOLDER`.</source>
        <translation>Das Modell {name} ist nicht installiert und keines, das PhotoLens kennt: `photolens model list` zählt diese auf. Jedes andere Modell von open_clip lässt sich importieren: `photolens model import FOLDER`.</translation>
    </message>
    <message>
        <source>Give {file} a name that ends in .safetensors.</source>
        <translation>Geben Sie {file} einen Namen, der auf .safetensors endet.</translation>
    </message>
    <message>
        <source>The model file {file} is incomplete or damaged; get it again.</source>
        <translation>Die Modelldatei {file} ist unvollständig oder beschädigt; besorgen Sie sie neu.</translation>
    </message>
    <message>
        <source>The model file {file} is damaged: its SHA-256 has changed. Install it again.</source>
        <translation>Die Modelldatei {file} ist beschädigt: Die SHA-256 hat sich geändert. Installieren Sie sie neu.</translation>
    </message>
    <message>
        <source>{file} is not the published {name} (its SHA-256 differs); install it again.</source>
        <translation>{file} ist nicht das veröffentlichte {name} (die SHA-256 ist eine andere); installieren Sie es neu.</translation>
    </message>
    <message>
        <source>The path of the model file holds a NUL character.</source>
        <translation>Der Pfad der Modelldatei enthält ein NUL-Zeichen.</translation>
    </message>
    <message>
        <source>The model file {file} cannot be read: {reason}.</source>
        <translation>Die Modelldatei {file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} is not a safetensors file. PhotoLens reads only that format; most models are published in it, look for `open_clip_model.safetensors`.</source>
        <translation>{file} ist keine safetensors-Datei. PhotoLens liest nur dieses Format; die meisten Modelle werden darin veröffentlicht, suchen Sie nach `open_clip_model.safetensors`.</translation>
    </message>
    <message>
        <source>The model file {file} cannot be found: {error}</source>
        <translation>Die Modelldatei {file} ist nicht zu finden: {error}</translation>
    </message>
    <message>
        <source>Reading this file took more than a minute.</source>
        <translation>Das Lesen dieser Datei dauerte mehr als eine Minute.</translation>
    </message>
    <message>
        <source>Reading this file crashed the decoder.</source>
        <translation>Das Lesen dieser Datei brachte den Decoder zum Absturz.</translation>
    </message>
    <message>
        <source>Reading this file took more than a minute twice, so it is set aside.</source>
        <translation>Das Lesen dieser Datei dauerte zweimal mehr als eine Minute; sie ist zurückgestellt.</translation>
    </message>
    <message>
        <source>Reading this file crashed the decoder twice, so it is set aside.</source>
        <translation>Das Lesen dieser Datei brachte den Decoder zweimal zum Absturz; sie ist zurückgestellt.</translation>
    </message>
    <message numerus="yes">
        <source>{count} bytes</source>
        <translation>
            <numerusform>{count} Byte</numerusform>
            <numerusform>{count} Byte</numerusform>
        </translation>
    </message>
    <message>
        <source>The settings are in use, but could not be saved in {file}: {reason}.</source>
        <translation>Die Einstellungen gelten, konnten aber nicht in {file} gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>This picture could not be processed.</source>
        <translation>Dieses Bild konnte nicht verarbeitet werden.</translation>
    </message>
    <message>
        <source>The picture is damaged.</source>
        <translation>Das Bild ist beschädigt.</translation>
    </message>
    <message>
        <source>{width} x {height} pixels is more than the {limit} million that are read.</source>
        <translation>{width} × {height} Pixel sind mehr als die {limit} Millionen, die gelesen werden.</translation>
    </message>
    <message>
        <source>The picture needs more memory than is allowed.</source>
        <translation>Das Bild braucht mehr Speicher, als erlaubt ist.</translation>
    </message>
    <message>
        <source>Reading this picture would take too long.</source>
        <translation>Dieses Bild zu lesen würde zu lange dauern.</translation>
    </message>
    <message>
        <source>The system could not read the file: {reason}.</source>
        <translation>Das System konnte die Datei nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The file ends too early; part of the picture is missing.</source>
        <translation>Die Datei endet zu früh; ein Teil des Bildes fehlt.</translation>
    </message>
    <message>
        <source>The file is not there.</source>
        <translation>Die Datei ist nicht da.</translation>
    </message>
    <message>
        <source>No permission to read the file.</source>
        <translation>Keine Berechtigung, die Datei zu lesen.</translation>
    </message>
    <message>
        <source>This is a folder, not a file.</source>
        <translation>Das ist ein Ordner, keine Datei.</translation>
    </message>
    <message>
        <source>There is not enough memory to read this picture.</source>
        <translation>Der Arbeitsspeicher reicht nicht, um dieses Bild zu lesen.</translation>
    </message>
    <message>
        <source>The picture has more pixels than are read.</source>
        <translation>Das Bild hat mehr Pixel, als gelesen werden.</translation>
    </message>
    <message>
        <source>The file name is not valid.</source>
        <translation>Der Dateiname ist ungültig.</translation>
    </message>
    <message>
        <source>Photoshop files</source>
        <translation>Photoshop-Dateien</translation>
    </message>
    <message>
        <source>JPEG 2000 files</source>
        <translation>JPEG-2000-Dateien</translation>
    </message>
    <message>
        <source>This is not a picture.</source>
        <translation>Das ist kein Bild.</translation>
    </message>
    <message>
        <source>This photo could not be processed.</source>
        <translation>Dieses Foto konnte nicht verarbeitet werden.</translation>
    </message>
    <message>
        <source>This installation cannot read {kind} pictures.</source>
        <translation>Diese Installation kann keine {kind}-Bilder lesen.</translation>
    </message>
    <message>
        <source>{unread} are not read yet.</source>
        <translation>{unread} werden noch nicht gelesen.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>The file has {size} MB, more than the {limit} MB that are read.</source>
        <translation>Die Datei hat {size} MB, mehr als die {limit} MB, die gelesen werden.</translation>
    </message>
    <message>
        <source>This is not an ordinary file.</source>
        <translation>Das ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>This RAW file is damaged, or its camera or format is not known yet.</source>
        <translation>Diese RAW-Datei ist beschädigt, oder ihre Kamera oder ihr Format ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>This installation cannot read RAW files.</source>
        <translation>Diese Installation kann keine RAW-Dateien lesen.</translation>
    </message>
    <message>
        <source>The system ended the process that reads pictures, perhaps because memory ran out.</source>
        <translation>Das System hat den Prozess beendet, der Bilder liest; vielleicht reichte der Arbeitsspeicher nicht.</translation>
    </message>
    <message>
        <source>The library is closed.</source>
        <translation>Die Bibliothek ist geschlossen.</translation>
    </message>
    <message>
        <source>The file did not arrive within five minutes. Is its drive or network there?</source>
        <translation>Die Datei kam nicht innerhalb von fünf Minuten an. Ist ihr Laufwerk oder Netzwerk da?</translation>
    </message>
    <message>
        <source>The process that reads pictures does not start (status {status}).</source>
        <translation>Der Prozess, der Bilder liest, startet nicht (Status {status}).</translation>
    </message>
    <message>
        <source>The process that reads pictures does not start: {error}.</source>
        <translation>Der Prozess, der Bilder liest, startet nicht: {error}.</translation>
    </message>
    <message>
        <source>The file is still being written.</source>
        <translation>Die Datei wird noch geschrieben.</translation>
    </message>
    <message>
        <source>The file is no longer there.</source>
        <translation>Die Datei ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The file cannot be read: {reason}.</source>
        <translation>Die Datei kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>This is not a file.</source>
        <translation>Das ist keine Datei.</translation>
    </message>
    <message>
        <source>The file is larger than {limit} MB.</source>
        <translation>Die Datei ist größer als {limit} MB.</translation>
    </message>
    <message numerus="yes">
        <source>No permission to look into {folder} and {count} other folders; what is known is kept.</source>
        <translation>
            <numerusform>Keine Berechtigung für {folder} und {count} weiteren Ordner; Bekanntes wird behalten.</numerusform>
            <numerusform>Keine Berechtigung für {folder} und {count} weitere Ordner; Bekanntes wird behalten.</numerusform>
        </translation>
    </message>
    <message>
        <source>No permission to look into {folder}; what is known is kept.</source>
        <translation>Keine Berechtigung für {folder}; Bekanntes wird behalten.</translation>
    </message>
    <message>
        <source>{path} is the library&apos;s own folder; choose the one that holds your photos.</source>
        <translation>{path} ist der Ordner der Bibliothek selbst; wählen Sie den mit Ihren Fotos.</translation>
    </message>
    <message>
        <source>{folder} is on a network drive, which does not tell of changes: PhotoLens looks for changes there every {seconds} seconds, less often if it is large.</source>
        <translation>{folder} liegt auf einem Netzlaufwerk, das Änderungen nicht meldet: PhotoLens sucht dort alle {seconds} Sekunden nach Änderungen, bei großen Ordnern seltener.</translation>
    </message>
    <message>
        <source>{folder} cannot be watched live (it may have more folders than this computer allows): PhotoLens looks for changes there every {seconds} seconds, less often if it is large.</source>
        <translation>{folder} lässt sich nicht laufend beobachten (vielleicht sind es mehr Ordner, als dieser Computer erlaubt): PhotoLens sucht dort alle {seconds} Sekunden nach Änderungen, bei großen Ordnern seltener.</translation>
    </message>
    <message>
        <source>{path} is not one of this library&apos;s folders.</source>
        <translation>{path} gehört nicht zu den Ordnern dieser Bibliothek.</translation>
    </message>
    <message>
        <source>{path} is offline, so nothing was removed. Plug in its drive, then try again.</source>
        <translation>{path} ist offline; es wurde nichts entfernt. Schließen Sie das Laufwerk an und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The model could not read this photo: {why}</source>
        <translation>Das Modell konnte dieses Foto nicht lesen: {why}</translation>
    </message>
    <message>
        <source>the model gives no usable numbers for it</source>
        <translation>das Modell liefert dafür keine brauchbaren Zahlen</translation>
    </message>
    <message>
        <source>PhotoLens could not read it: {error}</source>
        <translation>PhotoLens konnte es nicht lesen: {error}</translation>
    </message>
    <message>
        <source>The name of the folder is empty.</source>
        <translation>Der Name des Ordners ist leer.</translation>
    </message>
    <message>
        <source>There is no folder {path}. Check the spelling, or plug in its drive.</source>
        <translation>Es gibt keinen Ordner {path}. Prüfen Sie die Schreibweise oder schließen Sie das Laufwerk an.</translation>
    </message>
    <message>
        <source>{path} is a file; give the folder that holds it.</source>
        <translation>{path} ist eine Datei; geben Sie den Ordner an, der sie enthält.</translation>
    </message>
    <message>
        <source>No permission to look into {path}.</source>
        <translation>Keine Berechtigung für {path}.</translation>
    </message>
    <message>
        <source>The folder {path} cannot be read: {reason}.</source>
        <translation>Der Ordner {path} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>Indexing cannot go on: {reason}.</source>
        <translation>Das Einlesen kann nicht weitergehen: {reason}.</translation>
    </message>
    <message>
        <source>The disk that holds the library is full. Make room, then index again; nothing is lost.</source>
        <translation>Der Datenträger mit der Bibliothek ist voll. Schaffen Sie Platz und lesen Sie dann erneut ein; nichts ist verloren.</translation>
    </message>
    <message>
        <source>Indexing cannot go on: {reason} ({file}).</source>
        <translation>Das Einlesen kann nicht weitergehen: {reason} ({file}).</translation>
    </message>
    <message>
        <source>Indexing cannot go on because of an error: {error}</source>
        <translation>Das Einlesen kann wegen eines Fehlers nicht weitergehen: {error}</translation>
    </message>
    <message>
        <source>of {time} ({photos}, {concepts})</source>
        <translation>von {time} ({photos}, {concepts})</translation>
    </message>
    <message>
        <source>The backup {file} is damaged. Choose another.</source>
        <translation>Die Sicherung {file} ist beschädigt. Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>{what} The newest good backup is {backup}. `{command}` puts it in place and keeps the damaged file; your photos are not affected.</source>
        <translation>{what} Die neueste gute Sicherung ist {backup}. `{command}` setzt sie ein und bewahrt die beschädigte Datei auf; Ihre Fotos sind nicht betroffen.</translation>
    </message>
    <message>
        <source>{what} The newest good backup is {backup}. `{command}` puts it in place; your photos are not affected.</source>
        <translation>{what} Die neueste gute Sicherung ist {backup}. `{command}` setzt sie ein; Ihre Fotos sind nicht betroffen.</translation>
    </message>
    <message>
        <source>{what} There is no good backup. `{command}` keeps the damaged file and starts again from your photos, which are not affected.</source>
        <translation>{what} Es gibt keine gute Sicherung. `{command}` bewahrt die beschädigte Datei auf und beginnt neu mit Ihren Fotos, die nicht betroffen sind.</translation>
    </message>
    <message>
        <source>{what} There is no good backup. `{command}` starts again from your photos, which are not affected.</source>
        <translation>{what} Es gibt keine gute Sicherung. `{command}` beginnt neu mit Ihren Fotos, die nicht betroffen sind.</translation>
    </message>
    <message numerus="yes">
        <source>{count} photos</source>
        <translation>
            <numerusform>{count} Foto</numerusform>
            <numerusform>{count} Fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} concepts</source>
        <translation>
            <numerusform>{count} Konzept</numerusform>
            <numerusform>{count} Konzepte</numerusform>
        </translation>
    </message>
    <message>
        <source>The disk that holds {folder} has too little room for a backup of {size} MB.</source>
        <translation>Der Datenträger mit {folder} hat zu wenig Platz für eine Sicherung von {size} MB.</translation>
    </message>
    <message>
        <source>The backup in {folder} is not what was written. Check that disk.</source>
        <translation>Die Sicherung in {folder} ist nicht, was geschrieben wurde. Prüfen Sie diesen Datenträger.</translation>
    </message>
    <message>
        <source>No backup could be made in {folder}: {reason}.</source>
        <translation>In {folder} konnte keine Sicherung erstellt werden: {reason}.</translation>
    </message>
    <message>
        <source>The catalog in {library} could not be restored: {reason}.</source>
        <translation>Der Katalog in {library} konnte nicht wiederhergestellt werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} is not a concept file. Choose one that PhotoLens has exported.</source>
        <translation>{path} ist keine Konzeptdatei. Wählen Sie eine, die PhotoLens exportiert hat.</translation>
    </message>
    <message>
        <source>{path} is damaged: {what}. Ask for the file once more.</source>
        <translation>{path} ist beschädigt: {what}. Lassen Sie sich die Datei noch einmal geben.</translation>
    </message>
    <message>
        <source>{name} has {pictures} pictures; a file takes {most}. Take back some judgements, then export it again.</source>
        <translation>{name} hat {pictures} Bilder; eine Datei fasst {most}. Nehmen Sie einige Klicks zurück und exportieren Sie es dann erneut.</translation>
    </message>
    <message>
        <source>its list of parts is wrong</source>
        <translation>ihre Liste der Teile ist falsch</translation>
    </message>
    <message>
        <source>a picture comes twice, or a vector is missing</source>
        <translation>ein Bild kommt zweimal vor, oder ein Vektor fehlt</translation>
    </message>
    <message>
        <source>its name is none</source>
        <translation>ihr Name ist keiner</translation>
    </message>
    <message>
        <source>a picture is too large or no JPEG</source>
        <translation>ein Bild ist zu groß oder kein JPEG</translation>
    </message>
    <message>
        <source>{name} has another name, is compressed or too large</source>
        <translation>{name} heißt anders, ist komprimiert oder zu groß</translation>
    </message>
    <message>
        <source>{name} is not what was written</source>
        <translation>{name} ist nicht, was geschrieben wurde</translation>
    </message>
    <message>
        <source>its vectors have another length</source>
        <translation>ihre Vektoren haben eine andere Länge</translation>
    </message>
    <message>
        <source>its vectors are no unit vectors</source>
        <translation>ihre Vektoren sind keine Einheitsvektoren</translation>
    </message>
    <message>
        <source>its model is not described</source>
        <translation>ihr Modell ist nicht beschrieben</translation>
    </message>
    <message>
        <source>it holds the path of a folder</source>
        <translation>sie enthält den Pfad eines Ordners</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}. Choose another place.</source>
        <translation>{path} kann nicht geschrieben werden: {reason}. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>{path} is damaged: {reason} Ask for the file once more.</source>
        <translation>{path} ist beschädigt: {reason} Lassen Sie sich die Datei noch einmal geben.</translation>
    </message>
    <message>
        <source>its parts do not fit together</source>
        <translation>ihre Teile passen nicht zusammen</translation>
    </message>
    <message>
        <source>{path} is larger than the {limit} MB that a concept file may have.</source>
        <translation>{path} ist größer als die {limit} MB, die eine Konzeptdatei haben darf.</translation>
    </message>
    <message>
        <source>{name} is compressed or too large</source>
        <translation>{name} ist komprimiert oder zu groß</translation>
    </message>
    <message>
        <source>{path} was written by a later version of PhotoLens. Update PhotoLens, then import it again.</source>
        <translation>{path} wurde von einer neueren Version von PhotoLens geschrieben. Aktualisieren Sie PhotoLens und importieren Sie die Datei dann erneut.</translation>
    </message>
    <message>
        <source>its version is none</source>
        <translation>ihre Version ist keine</translation>
    </message>
    <message>
        <source>its vectors have no model</source>
        <translation>ihre Vektoren haben kein Modell</translation>
    </message>
    <message>
        <source>a picture is missing</source>
        <translation>ein Bild fehlt</translation>
    </message>
    <message numerus="yes">
        <source>There are: {names} and {count} more.</source>
        <translation>
            <numerusform>Es gibt: {names} und {count} weiteres.</numerusform>
            <numerusform>Es gibt: {names} und {count} weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no concept with the number {number}.</source>
        <translation>Es gibt kein Konzept mit der Nummer {number}.</translation>
    </message>
    <message>
        <source>There is no concept called “{name}”.</source>
        <translation>Es gibt kein Konzept namens „{name}“.</translation>
    </message>
    <message>
        <source>{missing} {there}</source>
        <translation>{missing} {there}</translation>
    </message>
    <message>
        <source>There is none yet.</source>
        <translation>Es gibt noch keines.</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>Es gibt: {names}.</translation>
    </message>
    <message>
        <source>A concept needs a name: type one.</source>
        <translation>Ein Konzept braucht einen Namen: Geben Sie einen ein.</translation>
    </message>
    <message>
        <source>A name has at most {most} characters, this one has {length}. Shorten it.</source>
        <translation>Ein Name hat höchstens {most} Zeichen, dieser hat {length}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>There is a concept called “{name}” already. Choose another name.</source>
        <translation>Ein Konzept namens „{name}“ gibt es schon. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>The concept {concept} is damaged and cannot be read. Delete it.</source>
        <translation>Das Konzept {concept} ist beschädigt und nicht lesbar. Löschen Sie es.</translation>
    </message>
    <message>
        <source>There is nothing to save yet: search for something first.</source>
        <translation>Es gibt noch nichts zu speichern: Suchen Sie zuerst nach etwas.</translation>
    </message>
    <message>
        <source>“{concept}” was made with the model {model}. This library uses {own}, which looks at its pictures anew.</source>
        <translation>„{concept}“ wurde mit dem Modell {model} erstellt. Diese Bibliothek verwendet {own}, das sich die Bilder neu ansieht.</translation>
    </message>
    <message>
        <source>Searching with {old} until the photos are read with {new}.</source>
        <translation>Gesucht wird mit {old}, bis die Fotos mit {new} gelesen sind.</translation>
    </message>
    <message>
        <source>Searching with the new model now.</source>
        <translation>Ab jetzt wird mit dem neuen Modell gesucht.</translation>
    </message>
    <message>
        <source>This library was opened for reading only.</source>
        <translation>Diese Bibliothek wurde nur zum Lesen geöffnet.</translation>
    </message>
    <message>
        <source>A restore of the catalog in {library} cannot be finished: {reason}.</source>
        <translation>Eine Wiederherstellung des Katalogs in {library} kann nicht abgeschlossen werden: {reason}.</translation>
    </message>
    <message>
        <source>The library was closed before the backup was made.</source>
        <translation>Die Bibliothek wurde geschlossen, bevor die Sicherung erstellt war.</translation>
    </message>
    <message>
        <source>The catalog cannot be read: {error}.</source>
        <translation>Der Katalog kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>{why} Nothing is written to it until PhotoLens is started again.</source>
        <translation>{why} Bis zum nächsten Start von PhotoLens wird nichts hineingeschrieben.</translation>
    </message>
    <message>
        <source>Photo {photo} is not in this library; take it out of the search.</source>
        <translation>Foto {photo} ist nicht in dieser Bibliothek; nehmen Sie es aus der Suche.</translation>
    </message>
    <message>
        <source>This search cannot be saved: {error}.</source>
        <translation>Diese Suche kann nicht gespeichert werden: {error}.</translation>
    </message>
    <message>
        <source>it is not JSON</source>
        <translation>es ist kein JSON</translation>
    </message>
    <message>
        <source>The pasted picture</source>
        <translation>Das eingefügte Bild</translation>
    </message>
    <message>
        <source>The picture {path}</source>
        <translation>Das Bild {path}</translation>
    </message>
    <message>
        <source>{name} cannot be kept: {reason}</source>
        <translation>{name} kann nicht aufbewahrt werden: {reason}</translation>
    </message>
    <message>
        <source>The folder {folder} is offline. Plug in the drive that holds it, or connect to it, then try again.</source>
        <translation>Der Ordner {folder} ist offline. Schließen Sie sein Laufwerk an oder stellen Sie die Verbindung her und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The file is not there any more: it was moved, renamed or deleted.</source>
        <translation>Die Datei ist nicht mehr da: Sie wurde verschoben, umbenannt oder gelöscht.</translation>
    </message>
    <message>
        <source>The library folder {library} cannot be used: {reason}. Choose another with --library.</source>
        <translation>Der Bibliotheksordner {library} kann nicht verwendet werden: {reason}. Wählen Sie mit --library einen anderen.</translation>
    </message>
    <message>
        <source>Another PhotoLens is already working on the library {library}. Close it, or wait until it is done; searching works meanwhile.</source>
        <translation>Ein anderes PhotoLens arbeitet bereits an der Bibliothek {library}. Schließen Sie es oder warten Sie, bis es fertig ist; suchen lässt sich währenddessen.</translation>
    </message>
    <message>
        <source>The library folder {library} cannot be locked: {reason}.</source>
        <translation>Der Bibliotheksordner {library} kann nicht gesperrt werden: {reason}.</translation>
    </message>
    <message>
        <source>The library folder {library} cannot be written, so nothing can be changed in it. Searching works.</source>
        <translation>In den Bibliotheksordner {library} kann nicht geschrieben werden, daher lässt sich darin nichts ändern. Suchen ist möglich.</translation>
    </message>
    <message>
        <source>its version is {version}</source>
        <translation>ihre Version ist {version}</translation>
    </message>
    <message>
        <source>a photo has no proper number</source>
        <translation>ein Foto hat keine gültige Nummer</translation>
    </message>
    <message>
        <source>a picture has no proper hash</source>
        <translation>ein Bild hat keinen gültigen Hash</translation>
    </message>
    <message>
        <source>a region does not have four numbers</source>
        <translation>ein Ausschnitt hat nicht vier Zahlen</translation>
    </message>
    <message>
        <source>a region is empty</source>
        <translation>ein Ausschnitt ist leer</translation>
    </message>
    <message>
        <source>has_gps is neither true nor false</source>
        <translation>has_gps ist weder wahr noch falsch</translation>
    </message>
    <message>
        <source>an object is missing</source>
        <translation>ein Objekt fehlt</translation>
    </message>
    <message>
        <source>the field {field} is not known</source>
        <translation>das Feld {field} ist unbekannt</translation>
    </message>
    <message>
        <source>{name} is no list</source>
        <translation>{name} ist keine Liste</translation>
    </message>
    <message>
        <source>a text is missing or too long</source>
        <translation>ein Text fehlt oder ist zu lang</translation>
    </message>
    <message>
        <source>a text holds a zero</source>
        <translation>ein Text enthält ein Nullzeichen</translation>
    </message>
    <message>
        <source>a number is missing</source>
        <translation>eine Zahl fehlt</translation>
    </message>
    <message>
        <source>a number does not lie between {lowest} and {highest}</source>
        <translation>eine Zahl liegt nicht zwischen {lowest} und {highest}</translation>
    </message>
    <message>
        <source>a judgement is neither true nor false</source>
        <translation>eine Bewertung ist weder wahr noch falsch</translation>
    </message>
    <message>
        <source>a text holds half a character</source>
        <translation>ein Text enthält ein halbes Zeichen</translation>
    </message>
    <message>
        <source>a date cannot be read</source>
        <translation>ein Datum ist nicht lesbar</translation>
    </message>
    <message>
        <source>a {kind} is not known</source>
        <translation>ein Wert für {kind} ist unbekannt</translation>
    </message>
    <message>
        <source>The restore of the catalog in {library} was begun and is finished at the next start ({reason}).</source>
        <translation>Die Wiederherstellung des Katalogs in {library} wurde begonnen und wird beim nächsten Start abgeschlossen ({reason}).</translation>
    </message>
    <message>
        <source>Dislikes alone find nothing: like a photo too, or say what you are looking for.</source>
        <translation>Ablehnungen allein finden nichts: Markieren Sie auch ein Foto, das gefällt, oder sagen Sie, wonach Sie suchen.</translation>
    </message>
    <message>
        <source>There is nothing to search for: type a few words or give a picture.</source>
        <translation>Es gibt nichts zu suchen: Geben Sie ein paar Wörter ein oder ein Bild.</translation>
    </message>
    <message>
        <source>Nothing was asked for, so there is nothing to explain.</source>
        <translation>Es wurde nach nichts gesucht, also gibt es nichts zu erklären.</translation>
    </message>
    <message>
        <source>No photo has been read with this model yet.</source>
        <translation>Mit diesem Modell wurde noch kein Foto gelesen.</translation>
    </message>
    <message>
        <source>This photo has not been read yet, so nothing can be said of it.</source>
        <translation>Dieses Foto wurde noch nicht gelesen, also lässt sich nichts darüber sagen.</translation>
    </message>
    <message>
        <source>Search for something first: then its answer can be narrowed.</source>
        <translation>Suchen Sie zuerst nach etwas: Dann lässt sich das Ergebnis eingrenzen.</translation>
    </message>
    <message>
        <source>the model gives no usable numbers for it.</source>
        <translation>das Modell liefert dafür keine brauchbaren Zahlen.</translation>
    </message>
    <message>
        <source>Photo {photo}</source>
        <translation>Foto {photo}</translation>
    </message>
    <message>
        <source>{name} cannot be searched with: {reason}</source>
        <translation>{name} lässt sich nicht für die Suche verwenden: {reason}</translation>
    </message>
    <message>
        <source>The model gives no usable numbers for “{text}”: use other words.</source>
        <translation>Das Modell liefert für „{text}“ keine brauchbaren Zahlen: Verwenden Sie andere Wörter.</translation>
    </message>
    <message>
        <source>The system&apos;s trash did not take the file: {reason}.</source>
        <translation>Der Papierkorb des Systems hat die Datei nicht angenommen: {reason}.</translation>
    </message>
    <message>
        <source>The file could not be put back: {reason}.</source>
        <translation>Die Datei konnte nicht zurückgelegt werden: {reason}.</translation>
    </message>
    <message>
        <source>The file is already gone.</source>
        <translation>Die Datei ist schon weg.</translation>
    </message>
    <message>
        <source>There is no trash on this drive, and PhotoLens does not delete for good.</source>
        <translation>Dieses Laufwerk hat keinen Papierkorb, und PhotoLens löscht nicht endgültig.</translation>
    </message>
    <message>
        <source>The drive is read-only.</source>
        <translation>Das Laufwerk ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>No permission to move the file: it is write-protected, or its folder is.</source>
        <translation>Keine Berechtigung, die Datei zu verschieben: Sie oder ihr Ordner ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>Open the system&apos;s trash and put the file back from there.</source>
        <translation>Öffnen Sie den Papierkorb des Systems und legen Sie die Datei von dort zurück.</translation>
    </message>
    <message>
        <source>The file is no longer in the trash.</source>
        <translation>Die Datei ist nicht mehr im Papierkorb.</translation>
    </message>
    <message>
        <source>Another file has taken its place; the photo is still in the trash.</source>
        <translation>Eine andere Datei hat ihren Platz eingenommen; das Foto ist noch im Papierkorb.</translation>
    </message>
    <message>
        <source>No permission to write to its folder; the photo is still in the trash.</source>
        <translation>Keine Berechtigung, in den Ordner zu schreiben; das Foto ist noch im Papierkorb.</translation>
    </message>
    <message>
        <source>The drive is full; the photo is still in the trash.</source>
        <translation>Das Laufwerk ist voll; das Foto ist noch im Papierkorb.</translation>
    </message>
    <message>
        <source>The file has changed since PhotoLens read it, and was left alone.</source>
        <translation>Die Datei hat sich geändert, seit PhotoLens sie gelesen hat, und blieb unangetastet.</translation>
    </message>
    <message>
        <source>This file could not be read, or it is not there any more.</source>
        <translation>Diese Datei konnte nicht gelesen werden, oder sie ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>Verbindung abgelehnt</translation>
    </message>
    <message>
        <source>Connection reset by peer</source>
        <translation>Verbindung von der Gegenseite getrennt</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>Zeitüberschreitung der Verbindung</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>Gerät oder Ressource belegt</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>Speicherkontingent überschritten</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>Die Datei gibt es schon</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>Der Dateiname ist zu lang</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>Ist ein Ordner</translation>
    </message>
    <message>
        <source>Name or service not known</source>
        <translation>Name oder Dienst unbekannt</translation>
    </message>
    <message>
        <source>Network is unreachable</source>
        <translation>Das Netzwerk ist nicht erreichbar</translation>
    </message>
    <message>
        <source>No route to host</source>
        <translation>Kein Weg zum Server</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>Kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Ordner nicht gefunden</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>Ist kein Ordner</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>Vorgang nicht erlaubt</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Keine Berechtigung</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>Schreibgeschütztes Dateisystem</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>Die Verbindung zur Datei ist verloren gegangen</translation>
    </message>
    <message>
        <source>Temporary failure in name resolution</source>
        <translation>Der Name des Servers lässt sich zurzeit nicht auflösen</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>Zu viele offene Dateien</translation>
    </message>
    <message>
        <source>Transport endpoint is not connected</source>
        <translation>Die Verbindung zum Laufwerk ist getrennt</translation>
    </message>
    <message>
        <source>A minus works with has:gps only; type {example} without it.</source>
        <translation>Ein Minus wirkt nur bei has:gps; tippen Sie {example} ohne das Minus.</translation>
    </message>
    <message>
        <source>Something is missing right after “{key}:”; type, for example, {example}.</source>
        <translation>Direkt nach „{key}:“ fehlt etwas; tippen Sie zum Beispiel {example}.</translation>
    </message>
    <message>
        <source>No day is both since {since} and until {until}. Change the dates that were chosen or typed.</source>
        <translation>Kein Tag liegt ab {since} und zugleich bis {until}. Ändern Sie den gewählten oder getippten Zeitraum.</translation>
    </message>
    <message>
        <source>“{value}” is no file type; type, for example, {example}.</source>
        <translation>„{value}“ ist kein Dateityp; tippen Sie zum Beispiel {example}.</translation>
    </message>
    <message>
        <source>Type either is:{orientation} or is:{other}; no photo is both.</source>
        <translation>Tippen Sie entweder is:{orientation} oder is:{other}; kein Foto ist beides.</translation>
    </message>
    <message>
        <source>“has:{value}” is not known; type {example}.</source>
        <translation>„has:{value}“ ist unbekannt; tippen Sie {example}.</translation>
    </message>
    <message>
        <source>Type either has:gps or -has:gps, not both.</source>
        <translation>Tippen Sie entweder has:gps oder -has:gps, nicht beides.</translation>
    </message>
    <message>
        <source>“{value}” is no date; type {example}.</source>
        <translation>„{value}“ ist kein Datum; tippen Sie {example}.</translation>
    </message>
    <message>
        <source>No day is both since {since} and until {until}; type the earlier date in since:.</source>
        <translation>Kein Tag liegt ab {since} und zugleich bis {until}; tippen Sie das frühere Datum bei since:.</translation>
    </message>
    <message>
        <source>“is:{value}” is not known; type {example}.</source>
        <translation>„is:{value}“ ist unbekannt; tippen Sie {example}.</translation>
    </message>
    <message>
        <source>There is no filter “{key}:”. Did you mean {meant}:{value}? To search for the words, put them in quotes.</source>
        <translation>Es gibt keinen Filter „{key}:“. Meinten Sie {meant}:{value}? Um nach den Wörtern zu suchen, setzen Sie sie in Anführungszeichen.</translation>
    </message>
    <message>
        <source>{some} or {last}</source>
        <translation>{some} oder {last}</translation>
    </message>
    <message>
        <source>There is no photo {photo} in this library.</source>
        <translation>In dieser Bibliothek gibt es kein Foto {photo}.</translation>
    </message>
    <message>
        <source>There is no photo library at {folder} yet. Index a folder first, for example: {command}</source>
        <translation>In {folder} gibt es noch keine Fotobibliothek. Lesen Sie zuerst einen Ordner ein, zum Beispiel: {command}</translation>
    </message>
    <message>
        <source>Photo {photo} is not in the library, or not indexed yet.</source>
        <translation>Foto {photo} ist nicht in der Bibliothek oder noch nicht eingelesen.</translation>
    </message>
    <message>
        <source>text</source>
        <translation>ein Text sein</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl sein</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false sein</translation>
    </message>
    <message>
        <source>Unknown setting `{name}`; known are {names}.</source>
        <translation>Unbekannte Einstellung `{name}`; bekannt sind {names}.</translation>
    </message>
    <message>
        <source>The setting `model` is empty; remove the line to get the built-in model.</source>
        <translation>Die Einstellung `model` ist leer; ohne die Zeile gilt das eingebaute Modell.</translation>
    </message>
    <message>
        <source>The setting `threads` must lie between 0 (one per core) and 256.</source>
        <translation>Die Einstellung `threads` muss zwischen 0 (einer je Kern) und 256 liegen.</translation>
    </message>
    <message>
        <source>The setting `rescan_minutes` must lie between 1 and 10080 (a week).</source>
        <translation>Die Einstellung `rescan_minutes` muss zwischen 1 und 10080 (eine Woche) liegen.</translation>
    </message>
    <message>
        <source>The setting `backups` must lie between 0 (make none) and 1000.</source>
        <translation>Die Einstellung `backups` muss zwischen 0 (keine) und 1000 liegen.</translation>
    </message>
    <message>
        <source>The setting `precision` must be {choices}.</source>
        <translation>Die Einstellung `precision` muss {choices} sein.</translation>
    </message>
    <message>
        <source>The setting `mirror` must be an address that begins with https:// or http://.</source>
        <translation>Die Einstellung `mirror` muss eine Adresse sein, die mit https:// oder http:// beginnt.</translation>
    </message>
    <message>
        <source>The setting `proxy` must be http://host:port.</source>
        <translation>Die Einstellung `proxy` muss http://host:port lauten.</translation>
    </message>
    <message>
        <source>The setting `language` must be {choices}.</source>
        <translation>Die Einstellung `language` muss {choices} sein.</translation>
    </message>
    <message>
        <source>The setting `theme` must be {choices}.</source>
        <translation>Die Einstellung `theme` muss {choices} sein.</translation>
    </message>
    <message>
        <source>The setting `thumbnail_memory_mb` must lie between 64 and 4096.</source>
        <translation>Die Einstellung `thumbnail_memory_mb` muss zwischen 64 und 4096 liegen.</translation>
    </message>
    <message>
        <source>The settings could not be read ({reason}); using the defaults.</source>
        <translation>Die Einstellungen konnten nicht gelesen werden ({reason}); es gelten die Vorgaben.</translation>
    </message>
    <message>
        <source>The settings file is not valid: {problem} Using the defaults.</source>
        <translation>Die Einstellungsdatei ist ungültig: {problem} Es gelten die Vorgaben.</translation>
    </message>
    <message>
        <source>The settings file is not valid: {problem} Using the defaults. Your file is kept as {file}.</source>
        <translation>Die Einstellungsdatei ist ungültig: {problem} Es gelten die Vorgaben. Ihre Datei ist als {file} aufbewahrt.</translation>
    </message>
    <message>
        <source>The setting `{name}` must be {kind}.</source>
        <translation>Die Einstellung `{name}` muss {kind}.</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Something went wrong: %1. The log has the details.</source>
        <translation>Etwas ist schiefgegangen: %1. Näheres steht im Protokoll.</translation>
    </message>
</context>
</TS>
