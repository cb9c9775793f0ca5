"""What is made of a review: files to download, and the proof that they are what they were.

jsonlines · table · workbook   a row in each format          download   a whole review as one of them
zipped      an archive, written as it is sent                evidence   rows, votes and a manifest of hashes
                                                             verify     checks that, with nothing but Python
"""
